//! Invariants (always), goals (sometimes), and the view of a run that both are given.

use super::{
    event::EventKind,
    outside::Seat,
    process::{Micros, Process, ProcessId},
};

/// Something that must hold after every event. An invariant keeps what state it needs to judge that.
pub trait Invariant<P: Process> {
    /// The invariant's name: what must hold, in a few words. A verdict names it.
    fn name(&self) -> &str;

    /// Judges the world after one event. Must be cheap: it is called a million times a second.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    fn observe(&mut self, view: &RunView<'_, P>) -> Result<(), String>;

    /// Judges the whole run, once, after the calm.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    fn finish(&mut self, _view: &RunView<'_, P>) -> Result<(), String> {
        Ok(())
    }
}

/// The world as an invariant sees it, just after an event.
#[derive(Debug)]
pub struct RunView<'a, P: Process> {
    pub(super) processes: &'a [Option<P>],
    pub(super) notes: &'a [(ProcessId, P::Note)],
    pub(super) seats: &'a [Seat],
    /// The number of the event in the run, from 1.
    pub event: u64,
    /// The kind of the event.
    pub kind: EventKind,
    /// The process that took the event.
    pub process: ProcessId,
    /// The world's virtual time.
    pub now: Micros,
}

impl<'a, P: Process> RunView<'a, P> {
    /// A process; `None` while it is down.
    #[must_use]
    pub fn get(&self, id: ProcessId) -> Option<&'a P> {
        self.processes.get(id.index())?.as_ref()
    }

    /// What a process's disk holds, whether it is up or not: every file's name and bytes.
    #[must_use]
    pub fn files(&self, id: ProcessId) -> Vec<(String, Vec<u8>)> {
        self.seats.get(id.index()).map_or_else(Vec::new, |seat| seat.disk.files())
    }

    /// All processes that are up, in order of id.
    pub fn up(&self) -> impl Iterator<Item = (ProcessId, &'a P)> + use<'a, P> {
        (0..).map(ProcessId).zip(self.processes).filter_map(|(id, process)| Some((id, process.as_ref()?)))
    }

    /// What was noted in this event, in order.
    pub fn notes(&self) -> impl Iterator<Item = &'a P::Note> + use<'a, P> {
        self.notes.iter().map(|(_, note)| note)
    }
}

/// An invariant that is one function of the view.
pub fn always<P: Process + 'static>(
    name: impl Into<String>,
    holds: impl FnMut(&RunView<'_, P>) -> Result<(), String> + 'static,
) -> Box<dyn Invariant<P>> {
    Box::new(Always { name: name.into(), holds })
}

struct Always<F> {
    name: String,
    holds: F,
}

impl<P: Process, F: FnMut(&RunView<'_, P>) -> Result<(), String>> Invariant<P> for Always<F> {
    fn name(&self) -> &str {
        &self.name
    }

    fn observe(&mut self, view: &RunView<'_, P>) -> Result<(), String> {
        (self.holds)(view)
    }
}

/// Something that should happen in some run; a report says which goals were reached.
pub struct Goal<P: Process> {
    pub(super) name: String,
    pub(super) reached: bool,
    seen: Seen<P>,
}

type Seen<P> = Box<dyn FnMut(&RunView<'_, P>) -> bool>;

impl<P: Process> Goal<P> {
    pub(super) fn observe(&mut self, view: &RunView<'_, P>) {
        self.reached = self.reached || (self.seen)(view);
    }
}

/// A goal that is one function of the view; not asked again once it was reached.
pub fn sometimes<P: Process>(name: impl Into<String>, seen: impl FnMut(&RunView<'_, P>) -> bool + 'static) -> Goal<P> {
    Goal { name: name.into(), reached: false, seen: Box::new(seen) }
}
