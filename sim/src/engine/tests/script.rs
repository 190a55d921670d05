//! Worlds of processes that are one function each, and what happens in them as a list.

use super::super::{
    Bounds, Context, EventKind, Faults, Happened, Input, InputOutcome, Member, Process, ProcessId, Report, Setup,
    Source, Tracer, trace,
};

/// What a process does with an input.
pub(super) type Script = fn(Input<u64>, &mut Context<'_, Actor>);

/// A world of scripts.
pub(super) struct Play {
    pub(super) roles: Vec<(Member, Script)>,
    pub(super) faults: Faults,
    pub(super) bounds: Bounds,
}

impl Play {
    pub(super) fn of(roles: impl Into<Vec<(Member, Script)>>, faults: Faults) -> Self {
        Self { roles: roles.into(), faults, bounds: super::echo::short() }
    }
}

pub(super) struct Actor(Script);

impl Process for Actor {
    type Message = u64;
    type Note = String;

    fn on(&mut self, input: Input<u64>, cx: &mut Context<'_, Self>) {
        (self.0)(input, cx);
    }
}

impl Setup for Play {
    type Process = Actor;

    fn members(&self) -> Vec<Member> {
        self.roles.iter().map(|(member, _)| member.clone()).collect()
    }

    fn boot(&self, id: ProcessId) -> Actor {
        Actor(self.roles[id.index()].1)
    }

    fn faults(&self) -> Faults {
        self.faults
    }

    fn bounds(&self) -> Bounds {
        self.bounds
    }
}

/// One event of a run, kept for a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) at: u64,
    pub(super) kind: EventKind,
    pub(super) outcome: InputOutcome,
    pub(super) to: String,
    pub(super) input: String,
    pub(super) notes: Vec<String>,
}

/// Runs a world and keeps what happened.
pub(super) fn play(setup: &Play, source: Source) -> (Vec<Kept>, Report) {
    let mut events = Events::default();
    let report = trace(setup, source, &mut events);
    (events.0, report)
}

/// All notes of a world in which nothing but what a log says goes wrong.
pub(super) fn notes(setup: &Play, log: &str) -> Vec<String> {
    let (events, _) = play(setup, Source::Log(log.parse().expect("a log")));
    events.into_iter().flat_map(|event| event.notes).collect()
}

#[derive(Default)]
struct Events(Vec<Kept>);

impl Tracer for Events {
    fn event(&mut self, happened: &Happened<'_>) {
        let &Happened { at, kind, outcome, to, input, ref notes, .. } = happened;
        let (to, input, notes) = (to.to_owned(), input.to_owned(), notes.clone());
        self.0.push(Kept { at, kind, outcome, to, input, notes });
    }
}
