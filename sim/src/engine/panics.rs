//! Catches panics of simulated processes with their place, and keeps them from the terminal: a panic is a violation.
//!
//! Shrinking makes the same panic happen a thousand times. The process-wide hook can only be told once and not for one
//! thread, so ours stays in place and asks the thread whether it is running a world.

use std::{
    cell::{Cell, RefCell},
    panic::{self, AssertUnwindSafe, PanicHookInfo},
    sync::Once,
};

thread_local! {
    static IS_RUNNING: Cell<bool> = const { Cell::new(false) };
    static LATEST: RefCell<Panic> = const { RefCell::new(Panic { place: String::new(), message: String::new() }) };
}

/// A panic that was caught.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Panic {
    /// The file and the line of the panic.
    pub(super) place: String,
    pub(super) message: String,
}

/// Runs something that may panic. What it leaves behind must be good for nothing but looking at it.
pub(super) fn catch(act: impl FnOnce()) -> Result<(), Panic> {
    static HOOK: Once = Once::new();
    HOOK.call_once(install_hook);
    let before = IS_RUNNING.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(act));
    IS_RUNNING.set(before);
    result.map_err(|_| LATEST.take())
}

fn install_hook() {
    let others = panic::take_hook();
    panic::set_hook(Box::new(move |info| if IS_RUNNING.get() { LATEST.set(Panic::from(info)) } else { others(info) }));
}

impl From<&PanicHookInfo<'_>> for Panic {
    fn from(info: &PanicHookInfo<'_>) -> Self {
        let place = info.location().map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
        let message = info.payload_as_str().unwrap_or("a panic without words").to_owned();
        Self { place, message }
    }
}

#[cfg(test)]
mod tests {
    use super::{Panic, catch};

    #[test]
    fn a_panic_is_caught_with_its_place_and_the_next_one_with_its_own() {
        assert_eq!(catch(|| ()), Ok(()));
        let panicked = |act: fn()| catch(act).expect_err("it panics");
        let first = panicked(|| panic!("one {}", 1));
        let second = panicked(|| assert!(std::hint::black_box(false), "two"));
        assert_eq!((first.message.as_str(), second.message.as_str()), ("one 1", "two"));
        assert!(first.place.contains("panics.rs:") && first.place != second.place);
        assert_eq!(catch(|| std::panic::panic_any(7)).expect_err("it panics").message, "a panic without words");
        let inner = catch(|| assert_eq!(catch(|| panic!("deep")).expect_err("it panics").message, "deep"));
        assert_eq!(inner, Ok::<(), Panic>(()));
    }
}
