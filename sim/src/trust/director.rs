//! The director: gives each step of the story its cue once the step before is done; in the workload, each actor's once that
//! actor's own step before is done. Cues and answers may get lost: it asks again.

use std::{
    borrow::Cow,
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use machine::trust::Refusal;

use super::{
    client::{TrustMessage, TrustProcess},
    story::{Story, What},
};
use crate::{
    engine::{Context, Input, MILLISECOND, Micros, ProcessId},
    ledger::{Note, StepOutcome, WireMessage},
};

/// The next step of the story is due.
const DUE: u64 = 0;
/// Its cue was not answered yet.
const AGAIN: u64 = 1;
/// The timers of the workload's steps, from here on.
const WORKLOAD: u64 = 2;
/// How long the director waits for an answer before it cues again.
const CUE_AGAIN: Micros = 2_000 * MILLISECOND;

/// The process that gives each step its turn.
pub struct Director {
    story: Arc<Story>,
    /// The node's process: it closes the ledger.
    node: ProcessId,
    /// The first actor's process; the others follow.
    actors: u32,
    /// The first step that is not done, of those that wait for each other.
    step: usize,
    /// The steps of the workload that are left, by actor; the first of each is under way.
    left: BTreeMap<u32, VecDeque<usize>>,
}

impl Director {
    /// A director of a story whose actors' processes begin with `actors`.
    #[must_use]
    pub fn new(story: Arc<Story>, node: ProcessId, actors: u32) -> Self {
        Self { story, node, actors, step: 0, left: BTreeMap::new() }
    }

    pub(super) fn waiting_for(&self) -> Option<Cow<'static, str>> {
        let busy = self.left.first_key_value().and_then(|(_, steps)| steps.front());
        let first = *busy.unwrap_or(&self.step);
        let step = self.story.steps.get(first)?;
        Some(Cow::Owned(match self.left.len() {
            0 | 1 => format!("step {}, {}", first + 1, step.title),
            many => format!("step {}, {}, and those of {} others", first + 1, step.title, many - 1),
        }))
    }

    pub(super) fn on(&mut self, input: Input<TrustMessage>, cx: &mut Context<'_, TrustProcess>) {
        match input {
            Input::Restart(_) => self.go_on(cx),
            Input::Timer(DUE | AGAIN) => self.cue(self.step, cx),
            Input::Timer(id) => self.cue((id - WORKLOAD) as usize, cx),
            Input::Message { message: WireMessage::Done(step, outcome), .. } if self.is_under_way(step) => {
                self.done(step, outcome, cx);
            }
            Input::Message { .. } | Input::Disk(_) => {}
        }
    }

    fn is_under_way(&self, step: usize) -> bool {
        if self.left.is_empty() {
            return step == self.step;
        }
        let actor = self.story.steps.get(step).map(|step| step.actor);
        actor.and_then(|actor| self.left.get(&actor)?.front()) == Some(&step)
    }

    /// What follows in the story, or the whole workload at once.
    fn go_on(&mut self, cx: &mut Context<'_, TrustProcess>) {
        if self.step != self.story.at_once.start || self.story.at_once.is_empty() {
            return self.schedule(self.step, cx);
        }
        for step in self.story.at_once.clone() {
            self.left.entry(self.story.steps[step].actor).or_default().push_back(step);
        }
        self.step = self.story.at_once.end;
        self.left.values().filter_map(|steps| steps.front()).for_each(|step| self.schedule(*step, cx));
    }

    fn schedule(&self, step: usize, cx: &mut Context<'_, TrustProcess>) {
        if let Some(what) = self.story.steps.get(step) {
            cx.set_timer(self.timer(step, DUE), what.after_ms.saturating_mul(MILLISECOND));
        }
    }

    /// A step of the workload has one timer of its own, first for its pause and then for asking again.
    fn timer(&self, step: usize, of_story: u64) -> u64 {
        if self.story.at_once.contains(&step) { WORKLOAD + step as u64 } else { of_story }
    }

    fn cue(&self, index: usize, cx: &mut Context<'_, TrustProcess>) {
        if let Some(step) = self.story.steps.get(index) {
            let to = if matches!(step.what, What::Close) { self.node } else { ProcessId(self.actors + step.actor) };
            cx.send(to, WireMessage::Cue(index));
            cx.set_timer(self.timer(index, AGAIN), CUE_AGAIN);
        }
    }

    fn done(&mut self, step: usize, outcome: StepOutcome<Refusal>, cx: &mut Context<'_, TrustProcess>) {
        cx.cancel_timer(self.timer(step, AGAIN));
        cx.note(Note::Step { index: step, outcome });
        if self.left.is_empty() {
            self.step += 1;
            return self.go_on(cx);
        }
        let actor = self.story.steps[step].actor;
        let next = self.left.get_mut(&actor).and_then(|steps| {
            steps.pop_front();
            steps.front().copied()
        });
        match next {
            Some(next) => self.schedule(next, cx),
            None => {
                self.left.remove(&actor);
                if self.left.is_empty() {
                    self.go_on(cx);
                }
            }
        }
    }
}
