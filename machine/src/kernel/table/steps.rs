//! Counts what is looked up and written in tables, so that a test can hold an event to a number of steps. In test builds only.

use std::{cell::Cell, thread_local};

thread_local! {
    static STEPS: Cell<u64> = const { Cell::new(0) };
}

/// One row was looked up, visited, written or removed.
pub(super) fn count() {
    STEPS.set(STEPS.get() + 1);
}

/// How many steps `work` takes on this thread.
pub(crate) fn of(work: impl FnOnce()) -> u64 {
    let before = STEPS.get();
    work();
    STEPS.get() - before
}
