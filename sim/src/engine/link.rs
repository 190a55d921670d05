//! Links: when a message arrives, how often, or whether at all.

use super::{
    choice::{Dice, Points, Setting},
    faults::{Fault, Faults},
    process::{Micros, ProcessId},
};

/// When one copy of a message arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// The message arrives at this virtual time.
    At(Micros),
    /// When the calm begins.
    Held,
}

/// One direction between two processes.
#[derive(Debug, Default)]
pub(super) struct Link {
    pub(super) points: Points,
    pub(super) queue: Queue,
}

/// When the last of the messages that wait for each other arrives.
#[derive(Debug, Default)]
pub(super) struct Queue(Micros);

impl Queue {
    /// Decides about one message: the arrivals of the message and of its duplicate.
    #[inline]
    pub(super) fn route(&mut self, now: Micros, faults: &Faults, dice: &mut Dice<'_>) -> [Option<Arrival>; 2] {
        if dice.fault(Fault::Drop, 1) != 0 {
            return [None, None];
        }
        let twice = dice.fault(Fault::Duplicate, 1) != 0;
        let first = self.arrival(now, faults, dice);
        [Some(first), twice.then(|| self.arrival(now, faults, dice))]
    }

    /// When one copy arrives.
    #[inline]
    fn arrival(&mut self, now: Micros, faults: &Faults, dice: &mut Dice<'_>) -> Arrival {
        let latency = faults.latency.least + dice.pick(Setting::Latency, faults.latency.width());
        let at = now.saturating_add(latency);
        let width = faults.delay.width();
        // how much longer; the sixteenth above means: until the calm
        match dice.fault(Fault::Delay, width.saturating_add(width.div_ceil(15))) {
            0 => self.enqueue(at, dice),
            more if more <= width => Arrival::At(at.saturating_add(faults.delay.least.saturating_add(more - 1))),
            _ => Arrival::Held,
        }
    }

    /// Behind what was sent before, unless it overtakes.
    #[inline]
    fn enqueue(&mut self, at: Micros, dice: &mut Dice<'_>) -> Arrival {
        if at < self.0 && dice.fault(Fault::Reorder, 1) != 0 {
            return Arrival::At(at);
        }
        self.0 = self.0.max(at);
        Arrival::At(self.0)
    }
}

/// All links that were ever used, found by their two ends.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// For each sender, by receiver, the position in `links`; as long as its furthest receiver needs, so that many
    /// clients of one server cost little.
    rows: Vec<Vec<u32>>,
    links: Vec<Link>,
}

/// In a row: no such link yet.
const UNUSED: u32 = u32::MAX;

impl Links {
    pub(super) fn new(processes: usize) -> Self {
        Self { rows: vec![Vec::new(); processes], links: Vec::new() }
    }

    /// The link, made when it is first used.
    #[inline]
    pub(super) fn get(&mut self, from: ProcessId, to: ProcessId) -> &mut Link {
        let known = self.rows[from.index()].get(to.index()).copied().unwrap_or(UNUSED);
        let at = if known == UNUSED { self.add(from, to) } else { known };
        &mut self.links[at as usize]
    }

    #[cold]
    fn add(&mut self, from: ProcessId, to: ProcessId) -> u32 {
        let at = self.links.len() as u32;
        self.links.push(Link::default());
        let row = &mut self.rows[from.index()];
        row.resize(row.len().max(to.index() + 1), UNUSED);
        row[to.index()] = at;
        at
    }
}
