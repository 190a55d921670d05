//! Events: what is scheduled for a process, and what became of it.

use super::process::ProcessId;

/// What kind of input an event brings its process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum EventKind {
    /// The process is started, at first or again.
    Restart = 1,
    /// A message arrives at the process.
    Message = 2,
    /// A timer of the process runs out.
    Timer = 3,
    /// A disk operation of the process is complete.
    Disk = 4,
}

impl EventKind {
    /// The kind's name, as traces write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Restart => "restart",
            Self::Message => "message",
            Self::Timer => "timer",
            Self::Disk => "disk",
        }
    }
}

/// What became of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum InputOutcome {
    /// The process took it.
    Taken = 0,
    /// The process was down; the message is lost.
    Missed = 1,
    /// The process crashed before it took the input, which is lost.
    CrashedBefore = 2,
    /// The process took it, did what it did, and crashed.
    CrashedAfter = 3,
    /// The process took it and halted.
    Halted = 4,
}

impl InputOutcome {
    /// The outcome's name, as traces write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Missed => "missed",
            Self::CrashedBefore => "crashed before",
            Self::CrashedAfter => "crashed after",
            Self::Halted => "halted",
        }
    }
}

/// What is scheduled for a process.
#[derive(Debug)]
pub(super) enum Event<M> {
    Restart(ProcessId),
    Message { from: ProcessId, to: ProcessId, message: M },
    Timer { of: ProcessId, id: u64 },
    Disk(ProcessId),
}

impl<M> Event<M> {
    /// The kind, whom it comes from, and whom it is for.
    pub(super) const fn header(&self) -> (EventKind, ProcessId, ProcessId) {
        match *self {
            Self::Restart(of) => (EventKind::Restart, of, of),
            Self::Message { from, to, .. } => (EventKind::Message, from, to),
            Self::Timer { of, .. } => (EventKind::Timer, of, of),
            Self::Disk(of) => (EventKind::Disk, of, of),
        }
    }
}
