//! The processes of a run: takes one event after another, and brings each to its process.

use std::{borrow::Cow, fmt::Debug};

use super::{
    choice::{ChoiceLog, Choices},
    context::Context,
    event::{Event, EventKind, InputOutcome},
    faults::Fault,
    invariant::RunView,
    outside::Outside,
    process::{Input, Micros, Process, ProcessId, Record as _},
    setup::{AfterHalt, Setup},
    tally::Counters,
    trace::{Happened, Tracer},
    verdict::ProcessHalt,
};

/// The processes of a setup, their disks and links, and what is still to happen.
pub(super) struct World<'s, S: Setup> {
    pub(super) outside: Outside<S::Process>,
    setup: &'s S,
    after_halt: AfterHalt,
    processes: Vec<Option<S::Process>>,
    /// The kind of the latest event, whom it came from and whom it was for.
    latest: (EventKind, ProcessId, ProcessId),
    halts: Vec<ProcessHalt>,
    /// The last who halted is not started again.
    is_halted: bool,
    tracer: Option<&'s mut dyn Tracer>,
    /// The latest input as people read it, if there is a tracer.
    shown: String,
}

type Message<S> = <<S as Setup>::Process as Process>::Message;

impl<'s, S: Setup> World<'s, S> {
    /// All processes are down, and started at time 0 in order of id.
    pub(super) fn new(setup: &'s S, choices: Choices, tracer: Option<&'s mut dyn Tracer>) -> Self {
        let members = setup.members();
        let processes: Vec<_> = members.iter().map(|_| None).collect();
        let mut outside = Outside::new(members, setup.faults(), choices);
        for id in (0..processes.len() as u32).map(ProcessId) {
            outside.schedule.push(0, Event::Restart(id));
        }
        Self {
            outside,
            setup,
            after_halt: setup.bounds().after_halt,
            processes,
            latest: (EventKind::Restart, ProcessId(0), ProcessId(0)),
            halts: Vec::new(),
            is_halted: false,
            tracer,
            shown: String::new(),
        }
    }

    /// Lets the next event happen, if one is due at `until` or before.
    #[inline]
    pub(super) fn step(&mut self, until: Micros) -> bool {
        let Some((now, event)) = self.outside.schedule.pop(until) else { return false };
        self.latest = event.header();
        self.outside.begin_event(now, self.latest);
        let outcome = self.happen(event);
        self.outside.root.end(outcome);
        if self.tracer.is_some() {
            self.trace(outcome);
        }
        true
    }

    pub(super) fn view(&self) -> RunView<'_, S::Process> {
        let (kind, _, process) = self.latest;
        RunView {
            processes: &self.processes,
            notes: &self.outside.notes,
            seats: &self.outside.seats,
            event: self.counters().events,
            kind,
            process,
            now: self.outside.now,
        }
    }

    /// Whose event the latest was.
    pub(super) const fn latest(&self) -> ProcessId {
        self.latest.2
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = ProcessId> + use<S> {
        (0..self.processes.len() as u32).map(ProcessId)
    }

    pub(super) fn is_up(&self, id: ProcessId) -> bool {
        self.processes[id.index()].is_some()
    }

    /// What a process waits for.
    pub(super) fn waiting_for(&self, id: ProcessId) -> Option<Cow<'static, str>> {
        match &self.processes[id.index()] {
            Some(process) => process.waiting_for(),
            None => Some("its restart".into()),
        }
    }

    /// The name of a process.
    pub(super) fn name(&self, id: ProcessId) -> &str {
        &self.outside.seats[id.index()].name
    }

    pub(super) const fn counters(&self) -> &Counters {
        &self.outside.tally.counters
    }

    pub(super) fn log(&self) -> ChoiceLog {
        self.outside.choices.log()
    }

    /// Every halt so far.
    pub(super) fn halts(&self) -> &[ProcessHalt] {
        &self.halts
    }

    /// The halt that ended the run.
    pub(super) fn final_halt(&self) -> Option<&ProcessHalt> {
        self.halts.last().filter(|_| self.is_halted)
    }

    /// Brings an event to its process.
    #[inline]
    fn happen(&mut self, event: Event<Message<S>>) -> InputOutcome {
        match event {
            Event::Message { from, to, message } => self.deliver(from, to, message),
            Event::Timer { of, id } => self.ring(of, id),
            Event::Disk(of) => self.complete(of),
            Event::Restart(of) => self.restart(of),
        }
    }

    #[inline]
    fn deliver(&mut self, from: ProcessId, to: ProcessId, message: Message<S>) -> InputOutcome {
        self.show(&message);
        self.outside.in_flight -= 1;
        self.outside.root.field(|out| message.record(out));
        if self.processes[to.index()].is_none() {
            self.outside.tally.counters.missed += 1;
            return InputOutcome::Missed;
        }
        self.outside.tally.counters.delivered += 1;
        self.offer(to, Input::Message { from, message })
    }

    fn ring(&mut self, of: ProcessId, id: u64) -> InputOutcome {
        self.show(&id);
        self.outside.root.field(|out| id.record(out));
        self.outside.forget_timer(of, id);
        self.offer(of, Input::Timer(id))
    }

    /// The operation is done at the moment in which it completes; a crash just before finds it still under way.
    fn complete(&mut self, of: ProcessId) -> InputOutcome {
        self.outside.seats[of.index()].operation = None;
        let crash = self.draw_crash(of);
        if crash == Some(InputOutcome::CrashedBefore) {
            return self.crash(of, InputOutcome::CrashedBefore);
        }
        let Some(completion) = self.outside.end_operation(of) else { return InputOutcome::Missed };
        self.show(&completion);
        self.outside.root.field(|out| completion.record(out));
        self.take(of, Input::Disk(completion), crash)
    }

    /// Builds the process, and lets it see its disk.
    fn restart(&mut self, of: ProcessId) -> InputOutcome {
        let listing = self.outside.seats[of.index()].disk.listing();
        self.show(&listing);
        for (name, len) in &listing {
            self.outside.root.field(|out| name.record(out));
            self.outside.root.field(|out| len.record(out));
        }
        self.processes[of.index()] = Some(self.setup.boot(of));
        self.offer(of, Input::Restart(listing))
    }

    /// Lets a process take an input, unless it crashes before.
    #[inline]
    fn offer(&mut self, to: ProcessId, input: Input<Message<S>>) -> InputOutcome {
        match self.draw_crash(to) {
            Some(InputOutcome::CrashedBefore) => self.crash(to, InputOutcome::CrashedBefore),
            crash => self.take(to, input, crash),
        }
    }

    /// Lets a process take an input, and does what comes of it.
    #[inline]
    fn take(&mut self, to: ProcessId, input: Input<Message<S>>, crash: Option<InputOutcome>) -> InputOutcome {
        let Some(process) = &mut self.processes[to.index()] else { return InputOutcome::Missed };
        process.on(input, &mut Context { outside: &mut self.outside, me: to });
        match (crash, self.outside.halting.take()) {
            (Some(when), _) => self.crash(to, when),
            (None, Some(place)) => self.halt(to, place),
            (None, None) => InputOutcome::Taken,
        }
    }

    /// Whether a process crashes at this input, and when.
    #[inline]
    fn draw_crash(&mut self, of: ProcessId) -> Option<InputOutcome> {
        if self.outside.rates.of(Fault::Crash) == 0 || !self.outside.seats[of.index()].crashable {
            return None;
        }
        match self.outside.dice(of).0.fault(Fault::Crash, 2) {
            0 => None,
            1 => Some(InputOutcome::CrashedBefore),
            _ => Some(InputOutcome::CrashedAfter),
        }
    }

    /// Takes the process away, and from its disk what a loss of power takes.
    #[cold]
    fn crash(&mut self, of: ProcessId, when: InputOutcome) -> InputOutcome {
        self.processes[of.index()] = None;
        self.outside.silence(of);
        let (mut dice, disk) = self.outside.dice(of);
        disk.crash(&mut dice);
        self.outside.schedule_restart(of);
        when
    }

    /// The process has ended by itself: the disk keeps what it has.
    #[cold]
    fn halt(&mut self, of: ProcessId, place: String) -> InputOutcome {
        self.processes[of.index()] = None;
        self.outside.silence(of);
        self.outside.seats[of.index()].disk.queue.clear();
        self.outside.tally.counters.halts += 1;
        self.halts.push(ProcessHalt { process: self.name(of).to_owned(), at: self.outside.now, place });
        // whoever halts on what it finds at its start will find it again
        self.is_halted = self.after_halt == AfterHalt::End || self.latest.0 == EventKind::Restart;
        if !self.is_halted {
            self.outside.schedule_restart(of);
        }
        InputOutcome::Halted
    }

    /// Keeps an input's text for the tracer.
    #[inline]
    fn show(&mut self, input: &impl Debug) {
        if self.tracer.is_some() {
            self.shown = format!("{input:?}");
        }
    }

    #[cold]
    fn trace(&mut self, outcome: InputOutcome) {
        let (kind, from, to) = self.latest;
        let (outside, seats) = (&self.outside, &self.outside.seats);
        let happened = Happened {
            event: outside.tally.counters.events,
            at: outside.now,
            kind,
            outcome,
            from: &seats[from.index()].name,
            to: &seats[to.index()].name,
            input: &self.shown,
            notes: outside.notes.iter().map(|(_, note)| format!("{note:?}")).collect(),
            faults: outside.tally.recent.iter().map(|&(_, point)| outside.choices.name(point)).collect(),
            record: outside.root.record(),
        };
        if let Some(tracer) = &mut self.tracer {
            tracer.event(&happened);
        }
    }
}
