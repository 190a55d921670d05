//! The clock guard: whoever stamps entries trusts a clock that anybody can set, and one jump to 2099 would expire every session for
//! good. So the door stops where the clock runs ahead of what can be, until somebody has looked at it.

use alloc::{format, string::String};

use crate::kernel::{Clocks, Tick};

/// How far the wall clock may run ahead of the monotonic one while a door is open, in ms.
pub const AHEAD_MS_MAX: u64 = 60_000;
/// How far the wall clock may lie past the ledger's head when a door is opened, in ms: 7 days.
pub const PAST_HEAD_MS_MAX: u64 = 7 * 86_400_000;

/// What the clocks showed when the door was opened. A clock that goes back does no harm: ticks never fall.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClockGuard {
    opened: Clocks,
    accepts_time: bool,
}

impl ClockGuard {
    pub(super) fn new(opened: Clocks, accepts_time: bool) -> Self {
        Self { opened, accepts_time }
    }

    /// Judges the time of the start by the head of a ledger that was read back.
    pub(super) fn judge_start(&self, head: Tick) -> Result<(), String> {
        let wall = self.opened.wall;
        if self.accepts_time || wall <= head.saturating_add(PAST_HEAD_MS_MAX) {
            return Ok(());
        }
        Err(format!(
            "the clock says {wall}, over 7 days past the last entry, which is of {head}: if it is right, start with --accept-time"
        ))
    }

    /// Judges the clocks by what they showed at the start.
    pub(super) fn judge(&self, now: Clocks) -> Result<(), String> {
        let since = now.monotonic.saturating_sub(self.opened.monotonic);
        let due = self.opened.wall.saturating_add(since);
        if now.wall <= due.saturating_add(AHEAD_MS_MAX) {
            return Ok(());
        }
        Err(format!(
            "the clock says {}, over 60 s ahead of {due}, as it has run since the start: somebody set it",
            now.wall
        ))
    }
}
