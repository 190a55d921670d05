//! Dice: what one entity (a link, a process) needs to make choices: its open places, the run's rates and its counters.

use std::fmt;

use super::{
    super::{
        faults::{FAULT_COUNT, Fault, Rates},
        tally::Tally,
    },
    Choices, Point,
};

/// Choices that are no faults.
#[derive(Clone, Copy, Debug)]
pub(in super::super) enum Setting {
    /// By how much a message takes longer than the least latency, in microseconds.
    Latency,
    /// The same for a disk operation.
    DiskLatency,
    /// The same for a restart.
    Restart,
    /// How many of the disk operations that were under way are done in spite of a crash.
    Landed,
    /// Which sectors of a torn write are on the disk.
    Sectors,
}

/// As logs write them, in the order of [`Setting`].
const SETTINGS: [&str; 5] = ["latency", "disk_latency", "restart", "landed", "sectors"];

/// The places of one entity, opened when first used.
#[derive(Debug)]
pub(in super::super) struct Points([Point; FAULT_COUNT + SETTINGS.len()]);

impl Default for Points {
    fn default() -> Self {
        Self([Point::CLOSED; FAULT_COUNT + SETTINGS.len()])
    }
}

/// An entity's name, written only when a place is opened.
#[derive(Clone, Copy, Debug)]
pub(in super::super) enum Entity<'a> {
    /// A process, by its name.
    Process(&'a str),
    /// A link, by the names of its sender and its receiver.
    Link(&'a str, &'a str),
}

impl fmt::Display for Entity<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process(name) => out.write_str(name),
            Self::Link(from, to) => write!(out, "{from}->{to}"),
        }
    }
}

/// Makes the choices of one entity.
pub(in super::super) struct Dice<'a> {
    pub(in super::super) choices: &'a mut Choices,
    pub(in super::super) rates: &'a Rates,
    pub(in super::super) tally: &'a mut Tally,
    pub(in super::super) points: &'a mut Points,
    pub(in super::super) entity: Entity<'a>,
}

impl Dice<'_> {
    /// 0: the fault does not strike. Otherwise how: one of `1..=bound`.
    #[inline]
    pub(in super::super) fn fault(&mut self, fault: Fault, bound: u64) -> u64 {
        let ppm = self.rates.of(fault);
        if ppm == 0 || bound == 0 {
            return 0;
        }
        let point = self.point(fault as usize);
        let how = self.choices.rare(point, ppm, bound);
        if how != 0 {
            self.tally.fire(fault, point);
        }
        how
    }

    /// Draws one of `0..bound`.
    #[inline]
    pub(in super::super) fn pick(&mut self, setting: Setting, bound: u64) -> u64 {
        if bound <= 1 {
            return 0;
        }
        let point = self.point(FAULT_COUNT + setting as usize);
        self.choices.pick(point, bound)
    }

    /// A place of the entity's, by its position in the table.
    #[inline]
    fn point(&mut self, at: usize) -> Point {
        match self.points.0[at] {
            Point::CLOSED => self.open(at),
            point => point,
        }
    }

    #[cold]
    fn open(&mut self, at: usize) -> Point {
        let names = super::super::faults::FAULTS.iter().map(|info| info.name).chain(SETTINGS);
        let kind = names.into_iter().nth(at).unwrap_or_default();
        self.points.0[at] = self.choices.open(kind, self.entity);
        self.points.0[at]
    }
}
