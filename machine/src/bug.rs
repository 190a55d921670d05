//! `bug!`: the one way to stop on a state that cannot be. Input never gets here; a default would hide what is wrong.

/// Panics with what is impossible and was found all the same. The shell stops, and a restart recovers from disk.
///
/// For states that no input can bring about: a caller that reaches this has a bug. What input can bring about is a refusal, what a
/// disk can is an error.
macro_rules! bug {
    ($($what:tt)+) => {
        panic!("bug: {}", format_args!($($what)+))
    };
}
pub(crate) use bug;
