//! The `Setup` trait: the processes of a run, how each is built, what is checked, and how long a run may take.

use super::{
    faults::Faults,
    invariant::{Goal, Invariant},
    process::{MILLISECOND, Micros, Process, ProcessId, SECOND},
};

/// A world before it runs. One value serves any number of runs: all that changes in a run lives in the run.
pub trait Setup {
    /// The type of all processes; different kinds are variants of one enum.
    type Process: Process;

    /// The processes of the world; the position in the list is the [`ProcessId`].
    fn members(&self) -> Vec<Member>;

    /// Builds a process, at the start and after each crash. It knows nothing of what was before but its disk, whose
    /// listing follows as [`Input::Restart`](super::process::Input::Restart).
    fn boot(&self, id: ProcessId) -> Self::Process;

    /// Which faults may happen, and the world's delays.
    fn faults(&self) -> Faults {
        Faults::none()
    }

    /// How long each phase may last.
    fn bounds(&self) -> Bounds {
        Bounds::default()
    }

    /// What must hold after every event; made anew for each run, so that it may keep state.
    fn invariants(&self) -> Vec<Box<dyn Invariant<Self::Process>>> {
        Vec::new()
    }

    /// What should happen in some run; made anew for each run.
    fn goals(&self) -> Vec<Goal<Self::Process>> {
        Vec::new()
    }
}

/// A process as its world knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Unique in the world, without white space: choices and traces name it.
    pub name: String,
    /// Whether the crash fault may strike it.
    pub crashable: bool,
    /// Its clock minus the world's, in microseconds; a clock never shows less than 0.
    pub clock_offset: i64,
}

impl Member {
    /// A process that the crash fault leaves alone: an actor, a client.
    #[must_use]
    pub fn steady(name: impl Into<String>) -> Self {
        Self { name: name.into(), crashable: false, clock_offset: 0 }
    }

    /// A process that may crash at any event.
    #[must_use]
    pub fn crashable(name: impl Into<String>) -> Self {
        Self { name: name.into(), crashable: true, clock_offset: 0 }
    }
}

/// How long a run may last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Virtual time of the storm, at most.
    pub storm: Micros,
    /// Virtual time of the calm, at most: what has not settled by then is stuck.
    pub calm: Micros,
    /// Events of the whole run, at most: stops a world that talks to itself without time moving.
    pub events: u64,
    /// What becomes of a process that has halted.
    pub after_halt: AfterHalt,
}

impl Default for Bounds {
    /// One minute of storm, one of calm, ten million events; whoever halts is started again.
    fn default() -> Self {
        Self { storm: 60 * SECOND, calm: 60 * SECOND, events: 10_000_000, after_halt: AfterHalt::Restart }
    }
}

/// What becomes of a process that has halted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterHalt {
    /// It is started again after the restart delay, as a supervisor would; if it halts again on that very input,
    /// nothing but a human helps, and the run ends as halted.
    Restart,
    /// The run ends as halted.
    End,
}

/// The least and the most of something that is drawn each time; the least is the boring value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The least, drawn too.
    pub least: Micros,
    /// The most, drawn too; not under the least.
    pub most: Micros,
}

impl Span {
    /// From `least` to `most`, both included.
    ///
    /// # Panics
    /// If `most` is under `least`.
    #[must_use]
    pub const fn new(least: Micros, most: Micros) -> Self {
        assert!(least <= most, "a span's most is under its least");
        Self { least, most }
    }

    /// In milliseconds, both included; what is longer than [`Micros`] can say is as long as that.
    ///
    /// # Panics
    /// If `most` is under `least`.
    #[must_use]
    pub const fn millis(least: u64, most: u64) -> Self {
        Self::new(least.saturating_mul(MILLISECOND), most.saturating_mul(MILLISECOND))
    }

    /// How many values it holds.
    pub(super) const fn width(self) -> u64 {
        (self.most - self.least).saturating_add(1)
    }
}
