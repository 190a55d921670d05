//! The registry of faults: which there are, how often each may strike, and what a system promises under it.

use super::{choice::Choices, process::MILLISECOND, setup::Span};

/// A kind of fault. To add one: a variant and its line in [`FAULTS`] here, and the place that injects it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// A message is lost.
    Drop,
    /// A message arrives twice.
    Duplicate,
    /// A message takes long, or for ever.
    Delay,
    /// A message overtakes those before it.
    Reorder,
    /// A process crashes, and is started again.
    Crash,
    /// A write that was not yet synced is lost or torn by a crash.
    TornWrite,
    /// A sync of a file reports an error.
    FailedFsync,
}

/// What is promised of a system under a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// The system loses nothing, does nothing twice, and goes on when the fault is over.
    Survive,
    /// The system stops and names the place; it never goes on with what it cannot trust.
    Halt,
    /// The system refuses the input, and its state has not changed.
    Refuse,
}

/// One line of the registry.
#[derive(Debug)]
pub struct FaultInfo {
    /// The kind of fault; also its position in the registry.
    pub fault: Fault,
    /// The fault's name, as scenarios, choices and reports write it.
    pub name: &'static str,
    /// What the fault does, and to what.
    pub doc: &'static str,
    /// What the fault's rate counts, and in how many.
    pub unit: &'static str,
    /// What the system promises under it.
    pub promise: Promise,
    /// A rate at which it shows in most runs without drowning them, in parts per million.
    pub typical: u32,
}

/// How many kinds there are.
pub const FAULT_COUNT: usize = 7;

/// Every kind of fault, in the order of [`Fault`].
pub static FAULTS: [FaultInfo; FAULT_COUNT] = [
    FaultInfo {
        fault: Fault::Drop,
        name: "drop",
        doc: "The message never arrives. Nobody is told.",
        unit: "messages sent, in a million",
        promise: Promise::Survive,
        typical: 20_000,
    },
    FaultInfo {
        fault: Fault::Duplicate,
        name: "duplicate",
        doc: "The message arrives a second time, each time after a latency of its own.",
        unit: "messages sent, in a million",
        promise: Promise::Survive,
        typical: 20_000,
    },
    FaultInfo {
        fault: Fault::Delay,
        name: "delay",
        doc: "The message takes up to `delay` longer than its latency; one in sixteen that are hit is held back until \
              the calm, long after everybody stopped waiting for it. What was sent later does not wait behind it.",
        unit: "messages sent, in a million",
        promise: Promise::Survive,
        typical: 10_000,
    },
    FaultInfo {
        fault: Fault::Reorder,
        name: "reorder",
        doc: "The message does not queue behind those that were sent before it on the same link: it may overtake \
              them. Without this fault a link is first in, first out.",
        unit: "messages sent, in a million",
        promise: Promise::Survive,
        typical: 100_000,
    },
    FaultInfo {
        fault: Fault::Crash,
        name: "crash",
        doc: "The process is gone, just before it takes an input or just after: with it its memory, its timers and \
              some of the disk operations that were not complete. It is built anew after the `restart` delay; what \
              is sent to it until then is lost.",
        unit: "inputs of a crashable process, in a million",
        promise: Promise::Survive,
        typical: 2_000,
    },
    FaultInfo {
        fault: Fault::TornWrite,
        name: "torn_write",
        doc: "At a crash (or a failed sync) a write that no sync confirmed is lost, cut off, or has some of its \
              512-byte sectors; renames, creations and removals that no directory sync confirmed are undone, the \
              latest first. Without this fault all of them survive, as if only the process had died.",
        unit: "unsynced writes at a crash, in a million",
        promise: Promise::Survive,
        typical: 500_000,
    },
    FaultInfo {
        fault: Fault::FailedFsync,
        name: "failed_fsync",
        doc: "The sync reports an error; what it should have made durable is torn, and no later sync repairs it, \
              though reads still show it until the next crash. Never try again: halt.",
        unit: "syncs, in a million",
        promise: Promise::Halt,
        typical: 1_000,
    },
];

impl Fault {
    /// The line of the fault in the registry.
    #[must_use]
    pub const fn info(self) -> &'static FaultInfo {
        &FAULTS[self as usize]
    }

    /// Reads a name of the registry.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        FAULTS.iter().find(|info| info.name == name).map(|info| info.fault)
    }
}

/// How often one kind strikes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rate {
    /// The fault never strikes.
    #[default]
    Off,
    /// So many times in a million.
    Ppm(u32),
    /// Each seed draws whether at all (one in two) and how often (up to four times the typical rate, at small rates
    /// and large ones alike).
    Swarm,
    /// Each seed draws how often: from a quarter of this rate to four times it.
    About(u32),
}

/// The faults and delays of a world, as data.
///
/// ```
/// use sim::engine::{Fault, Faults, Rate, Span};
///
/// // each seed draws which faults and how often, but never more than 1 ms of latency, and one message in 50 is lost
/// let faults = Faults { latency: Span::new(100, 1_000), ..Faults::swarm() }.with(Fault::Drop, Rate::Ppm(20_000));
/// assert_eq!(faults.rate(Fault::Crash), Rate::Swarm);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Faults {
    /// How often each kind strikes, in the order of [`FAULTS`]; see [`Faults::with`].
    pub rates: [Rate; FAULT_COUNT],
    /// From sending to arrival.
    pub latency: Span,
    /// By how much more a delayed message takes.
    pub delay: Span,
    /// From crash to restart.
    pub restart: Span,
    /// From the start of a disk operation to its completion; they run one after another.
    pub disk_latency: Span,
}

impl Default for Faults {
    fn default() -> Self {
        Self::none()
    }
}

impl Faults {
    /// No fault; 1 to 10 ms on the link, 50 to 500 us on the disk, 10 ms to 2 s of downtime.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            rates: [Rate::Off; FAULT_COUNT],
            latency: Span::millis(1, 10),
            delay: Span::millis(10, 1_000),
            restart: Span::millis(10, 2_000),
            disk_latency: Span::new(MILLISECOND / 20, MILLISECOND / 2),
        }
    }

    /// Each seed draws a subset of all kinds and its rates.
    #[must_use]
    pub const fn swarm() -> Self {
        Self { rates: [Rate::Swarm; FAULT_COUNT], ..Self::none() }
    }

    /// The same with another rate for one kind.
    #[must_use]
    pub const fn with(mut self, fault: Fault, rate: Rate) -> Self {
        self.rates[fault as usize] = rate;
        self
    }

    /// How often a kind strikes.
    #[must_use]
    pub const fn rate(&self, fault: Fault) -> Rate {
        self.rates[fault as usize]
    }

    /// The rates of one run.
    pub(super) fn draw(&self, choices: &Choices) -> Rates {
        Rates(std::array::from_fn(|at| match self.rates[at] {
            // a log knows by itself what strikes: it only has to be asked
            _ if choices.is_log() => 1,
            Rate::Off => 0,
            Rate::Ppm(ppm) => ppm,
            Rate::Swarm => swarm(choices, &FAULTS[at]),
            Rate::About(ppm) => about(choices, &FAULTS[at], ppm),
        }))
    }
}

/// How often each kind strikes in one run, in parts per million; 0: is not even asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rates(pub(super) [u32; FAULT_COUNT]);

impl Rates {
    pub(super) const NONE: Self = Self([0; FAULT_COUNT]);

    pub(super) const fn of(&self, fault: Fault) -> u32 {
        self.0[fault as usize]
    }
}

/// A quarter to four times the rate, each doubling as likely as the next.
fn about(choices: &Choices, info: &FaultInfo, ppm: u32) -> u32 {
    let Some(draw) = choices.aside("about", info.name) else { return ppm };
    let doublings = u32::try_from(draw % 5).unwrap_or(0);
    ((ppm / 4).max(1) << doublings).min(1_000_000)
}

/// One in two: off. Otherwise 1/64 to 4 times the typical rate, each doubling as likely as the next.
fn swarm(choices: &Choices, info: &FaultInfo) -> u32 {
    let Some(draw) = choices.aside("swarm", info.name) else { return info.typical };
    let doublings = u32::try_from((draw >> 1) % 9).unwrap_or(0);
    let rate = (info.typical / 64).max(1) << doublings;
    if draw & 1 == 0 { 0 } else { rate.min(1_000_000) }
}

#[cfg(test)]
mod tests {
    use super::{super::choice::Source, *};

    #[test]
    fn the_registry_stands_in_the_order_of_the_enum() {
        for (at, info) in FAULTS.iter().enumerate() {
            assert_eq!(info.fault as usize, at, "{} stands at the wrong place in FAULTS", info.name);
            assert_eq!(Fault::from_name(info.name), Some(info.fault));
            assert_eq!(info.fault.info().name, info.name);
        }
        assert_eq!(Fault::from_name("gremlin"), None);
    }

    #[test]
    fn a_swarm_draws_another_subset_for_other_seeds_and_the_same_for_the_same() {
        let drawn = |seed| Faults::swarm().draw(&Choices::new(Source::Seed(seed))).0;
        let subsets: std::collections::BTreeSet<_> = (0..200).map(|seed| drawn(seed).map(|ppm| ppm > 0)).collect();
        assert!(subsets.len() > 64, "only {} subsets of 128 in 200 seeds", subsets.len());
        assert_eq!(drawn(7), drawn(7));
    }

    #[test]
    fn a_rate_that_is_off_stays_off_and_a_fixed_one_fixed() {
        let faults = Faults::none().with(Fault::Drop, Rate::Ppm(123));
        let rates = faults.draw(&Choices::new(Source::Seed(1)));
        assert_eq!((rates.of(Fault::Drop), rates.of(Fault::Crash)), (123, 0));
    }
}
