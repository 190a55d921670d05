//! Bugs on purpose, for showing that the simulator finds them. Only in builds with the feature `planted`.

/// A bug that a node's configuration can switch on. Never hashed, never in a shipped build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planted {
    /// Replies leave when the group is written, before it is synced.
    AckBeforeSync,
    /// At a restart the machine forgets which counters were used.
    ForgetWindow,
    /// An event that comes again while its entry is not yet durable is judged once more, against the durable state.
    DuplicateInFlight,
}

/// All of them: switch, name on the command line, and what is wrong.
pub const PLANTED: &[(Planted, &str, &str)] = &[
    (Planted::AckBeforeSync, "ack_before_sync", "acknowledge before fsync"),
    (Planted::ForgetWindow, "forget_window", "forget the counter window at restart"),
    (Planted::DuplicateInFlight, "reward_twice", "reward twice on redelivery"),
];
