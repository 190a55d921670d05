//! The context: sends, timers, disk operations, notes and choices that a process asks for while it takes an input.

use machine::kernel::files::FileRequest;

use super::{
    outside::Outside,
    process::{Micros, Process, ProcessId},
};

/// The only way out of a process, valid for one input.
pub struct Context<'a, P: Process> {
    pub(super) outside: &'a mut Outside<P>,
    pub(super) me: ProcessId,
}

impl<P: Process> Context<'_, P> {
    /// The process that takes the input.
    #[must_use]
    pub const fn me(&self) -> ProcessId {
        self.me
    }

    /// How many processes the world has; their ids are 0 and up.
    #[must_use]
    pub fn processes(&self) -> u32 {
        self.outside.seats.len() as u32
    }

    /// A process's name.
    ///
    /// # Panics
    /// If no process has this id.
    #[must_use]
    pub fn name(&self, id: ProcessId) -> &str {
        &self.outside.seats[id.index()].name
    }

    /// The process's own clock, which need not be right.
    #[must_use]
    pub fn now(&self) -> Micros {
        self.outside.local_time(self.me)
    }

    /// Sends a message, also to itself. It arrives later, or not, or twice, as the link's faults have it.
    ///
    /// # Panics
    /// If no process has this id.
    pub fn send(&mut self, to: ProcessId, message: P::Message) {
        self.outside.send(self.me, to, message);
    }

    /// Sets a timer, or sets it anew: [`Input::Timer`](super::process::Input::Timer) with this id comes after so many
    /// microseconds, unless it is cancelled or the process goes down.
    pub fn set_timer(&mut self, id: u64, after: Micros) {
        self.outside.set_timer(self.me, id, after);
    }

    /// Cancels a timer; nothing if it is not set.
    pub fn cancel_timer(&mut self, id: u64) {
        self.outside.cancel_timer(self.me, id);
    }

    /// Asks for a disk operation. They are done one after another, each answered by an
    /// [`Input::Disk`](super::process::Input::Disk).
    pub fn disk(&mut self, request: FileRequest) {
        self.outside.ask_disk(self.me, request);
    }

    /// Notes something for the invariants.
    pub fn note(&mut self, note: P::Note) {
        self.outside.note(self.me, note);
    }

    /// Makes a choice of the process's own: one of `0..bound`, 0 if `bound` is 0. Choices of one name (without white
    /// space) are numbered on their own, and 0 should be the dullest: failing runs are shrunk towards it.
    pub fn choose(&mut self, name: &'static str, bound: u64) -> u64 {
        self.outside.choose(self.me, name, bound)
    }

    /// Stops for good, naming the place that it cannot trust. What its disk holds stays as it is; operations that are
    /// not complete are not done. It is told nothing more until it is started again.
    pub fn halt(&mut self, place: impl Into<String>) {
        self.outside.halting = Some(place.into());
    }
}
