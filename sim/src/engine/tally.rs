//! The counters of a run: events, deliveries, restarts, and how often each fault struck.

use super::{
    choice::Point,
    faults::{FAULT_COUNT, Fault},
};

/// How often events of each kind happened in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Events of all kinds.
    pub events: u64,
    /// Messages that reached a process which was up.
    pub delivered: u64,
    /// Messages that found their process down.
    pub missed: u64,
    /// Crashes and halts after which a process was started again.
    pub restarts: u64,
    /// Times a process halted.
    pub halts: u64,
    fired: [u64; FAULT_COUNT],
}

impl Counters {
    /// How often a fault struck.
    #[must_use]
    pub const fn fired(&self, fault: Fault) -> u64 {
        self.fired[fault as usize]
    }

    /// Adds the counters of another run.
    pub fn add(&mut self, other: &Self) {
        self.events += other.events;
        self.delivered += other.delivered;
        self.missed += other.missed;
        self.restarts += other.restarts;
        self.halts += other.halts;
        for (mine, theirs) in self.fired.iter_mut().zip(other.fired) {
            *mine += theirs;
        }
    }
}

/// The counters with the faults of the latest event, which a trace marks.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) counters: Counters,
    /// The faults that struck in the latest event.
    pub(super) recent: Vec<(Fault, Point)>,
}

impl Tally {
    #[cold]
    pub(super) fn fire(&mut self, fault: Fault, point: Point) {
        self.counters.fired[fault as usize] += 1;
        self.recent.push((fault, point));
    }
}
