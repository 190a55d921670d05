//! One run: storm, calm, judgement.
//!
//! In the storm the workload and the faults go together. It ends when nobody waits any more, when nothing is left to
//! happen, or at its bound; in a world in which nobody ever waits, only the latter two. Then faults stop, links heal
//! and whoever is down comes back: everything must settle within the calm's bound. Then the whole is judged.

use super::{
    choice::{Choices, Source},
    invariant::{Goal, Invariant},
    panics::{Panic, catch},
    process::{Micros, ProcessId},
    setup::{Bounds, Setup},
    trace::Tracer,
    verdict::{Report, Verdict, Wait},
    world::World,
};

/// Runs a setup once.
pub fn run<S: Setup>(setup: &S, source: Source) -> Report {
    Run::new(setup, Choices::new(source), None).finish()
}

/// Runs a setup once and keeps what was chosen: [`Report::log`] as a source gives the same run.
pub fn record<S: Setup>(setup: &S, source: Source) -> Report {
    Run::new(setup, Choices::new(source).recording(), None).finish()
}

/// Runs a setup once and tells a tracer of each event.
pub fn trace<S: Setup>(setup: &S, source: Source, tracer: &mut dyn Tracer) -> Report {
    Run::new(setup, Choices::new(source), Some(tracer)).finish()
}

/// Runs a setup twice, event by event side by side: whatever differs is
/// [`Diverged`](super::verdict::Verdict::Diverged), at the first event that does.
pub fn run_twice<S: Setup>(setup: &S, source: Source) -> Report {
    let mut first = Run::new(setup, Choices::new(source.clone()), None);
    let mut second = Run::new(setup, Choices::new(source), None);
    let caught = catch(|| while first.advance_beside(&mut second) {});
    first.into_report(caught)
}

/// A run under way.
struct Run<'s, S: Setup> {
    world: World<'s, S>,
    bounds: Bounds,
    invariants: Vec<Box<dyn Invariant<S::Process>>>,
    goals: Vec<Goal<S::Process>>,
    phase: Phase,
    waiting: Waiting,
    verdict: Option<Verdict>,
}

/// A phase, and when it ends at the latest.
#[derive(Clone, Copy)]
enum Phase {
    Storm(Micros),
    Calm(Micros),
}

impl<'s, S: Setup> Run<'s, S> {
    fn new(setup: &'s S, choices: Choices, tracer: Option<&'s mut dyn Tracer>) -> Self {
        let bounds = setup.bounds();
        Self {
            world: World::new(setup, choices, tracer),
            bounds,
            invariants: setup.invariants(),
            goals: setup.goals(),
            phase: Phase::Storm(bounds.storm),
            waiting: Waiting::default(),
            verdict: None,
        }
    }

    fn finish(mut self) -> Report {
        let caught = catch(|| while self.advance() {});
        self.into_report(caught)
    }

    /// Advances two runs that should be one; false once either has a verdict.
    fn advance_beside(&mut self, other: &mut Self) -> bool {
        let (more, more_there) = (self.advance(), other.advance());
        if more != more_there || self.world.outside.root.record() != other.world.outside.root.record() {
            let event = self.world.counters().events.max(other.world.counters().events);
            self.verdict = Some(Verdict::Diverged { event });
        }
        more && more_there
    }

    /// Does one event, or goes from one phase to the next; false once there is a verdict.
    #[inline]
    fn advance(&mut self) -> bool {
        match self.phase {
            _ if self.verdict.is_some() => return false,
            Phase::Storm(until) if self.waiting.is_done() || !self.world.step(until) => self.begin_calm(until),
            Phase::Calm(until) if self.has_settled() || !self.world.step(until) => self.judge(),
            Phase::Storm(_) | Phase::Calm(_) => self.check(),
        }
        true
    }

    /// Stops the faults, and begins the calm.
    fn begin_calm(&mut self, storm_end: Micros) {
        let is_early = self.waiting.is_done() || self.world.outside.schedule.is_empty();
        let now = if is_early { self.world.outside.now } else { storm_end };
        self.world.outside.calm(now);
        self.phase = Phase::Calm(now.saturating_add(self.bounds.calm));
    }

    /// Nobody waits, and nothing is under way.
    fn has_settled(&self) -> bool {
        self.waiting.is_done() && self.world.outside.in_flight == 0
    }

    /// Checks bounds, goals and invariants after an event.
    #[inline]
    fn check(&mut self) {
        self.waiting.update(&self.world);
        if !self.goals.is_empty() || !self.invariants.is_empty() {
            self.observe();
        }
        if self.world.counters().events >= self.bounds.events {
            let wants = format!("an end: {} events were not enough", self.bounds.events);
            self.verdict.get_or_insert(Verdict::Stuck(vec![Wait { process: "the world".to_owned(), wants }]));
        }
        if let Some(halt) = self.world.final_halt() {
            self.verdict.get_or_insert(Verdict::Halted(halt.clone()));
        }
    }

    /// Asks goals and invariants about the latest event.
    fn observe(&mut self) {
        let view = self.world.view();
        self.goals.iter_mut().for_each(|goal| goal.observe(&view));
        let violated = self.invariants.iter_mut().find_map(|invariant| {
            let detail = invariant.observe(&view).err()?;
            Some((invariant.name().to_owned(), detail))
        });
        self.verdict = violated.map(|(invariant, detail)| Verdict::Violated { invariant, detail, event: view.event });
    }

    /// Comes to the verdict after the calm.
    fn judge(&mut self) {
        let waits = self.waits();
        if !waits.is_empty() {
            self.verdict = Some(Verdict::Stuck(waits));
            return;
        }
        let view = self.world.view();
        let violated = self.invariants.iter_mut().find_map(|invariant| {
            let detail = invariant.finish(&view).err()?;
            Some(Verdict::Violated { invariant: invariant.name().to_owned(), detail, event: view.event })
        });
        self.verdict = Some(violated.unwrap_or(Verdict::Pass));
    }

    fn violated_by(&self, Panic { place, message }: Panic) -> Verdict {
        let detail = format!("{}: {message}", self.world.name(self.world.latest()));
        Verdict::Violated { invariant: format!("no panic at {place}"), detail, event: self.world.counters().events }
    }

    /// Who waits, in order of id.
    fn waits(&self) -> Vec<Wait> {
        let wait = |id| {
            let wants = self.world.waiting_for(id)?.into_owned();
            Some(Wait { process: self.world.name(id).to_owned(), wants })
        };
        self.world.ids().filter_map(wait).collect()
    }

    fn into_report(mut self, caught: Result<(), Panic>) -> Report {
        let panicked = caught.err().map(|panic| self.violated_by(panic));
        Report {
            verdict: panicked.or(self.verdict).unwrap_or(Verdict::Pass),
            root: self.world.outside.root.digest(),
            marks: self.world.outside.root.marks().to_vec(),
            time: self.world.outside.now,
            counters: self.world.counters().clone(),
            goals: self.goals.into_iter().map(|goal| (goal.name, goal.reached)).collect(),
            halts: self.world.halts().to_vec(),
            log: self.world.log(),
        }
    }
}

/// Whether anybody waits, without asking everybody after each event: as long as the one who was found waiting has
/// not changed, there is somebody.
#[derive(Default)]
struct Waiting {
    witness: Option<ProcessId>,
    has_anybody_ever: bool,
}

impl Waiting {
    /// Somebody waited, and nobody does any more.
    const fn is_done(&self) -> bool {
        self.has_anybody_ever && self.witness.is_none()
    }

    /// Takes in that a process has changed in an event.
    #[inline]
    fn update<S: Setup>(&mut self, world: &World<'_, S>) {
        let changed = world.latest();
        match self.witness {
            Some(witness) if witness != changed => return,
            _ if world.waiting_for(changed).is_some() => self.witness = Some(changed),
            Some(_) => self.witness = world.ids().find(|&id| world.waiting_for(id).is_some()),
            None => return,
        }
        // who only waits for its restart is no workload
        self.has_anybody_ever |= self.witness.is_some_and(|id| world.is_up(id));
    }
}
