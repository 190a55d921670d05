//! The director: gives each step its cue once the step before is done. Cues and answers may get lost: it asks again.

use std::{borrow::Cow, sync::Arc};

use super::{
    mail::{Mail, Note, Outcome},
    part::Part,
    story::{Story, What},
};
use crate::engine::{Context, Input, MILLISECOND, Micros, ProcessId};

/// The next step is due.
const DUE: u64 = 0;
/// The cue was not answered yet.
const AGAIN: u64 = 1;
/// How long the director waits for an answer before it cues again.
const CUE_AGAIN: Micros = 2_000 * MILLISECOND;

/// The director's process.
pub struct Director {
    story: Arc<Story>,
    /// The node's process: it closes the ledger.
    node: ProcessId,
    /// The first actor's process; the others follow.
    actors: u32,
    step: usize,
}

impl Director {
    /// A director of a story whose actors' processes begin with `actors`.
    #[must_use]
    pub fn new(story: Arc<Story>, node: ProcessId, actors: u32) -> Self {
        Self { story, node, actors, step: 0 }
    }

    pub(super) fn waiting_for(&self) -> Option<Cow<'static, str>> {
        let step = self.story.steps.get(self.step)?;
        Some(Cow::Owned(format!("step {}, {}", self.step + 1, step.title)))
    }

    pub(super) fn on(&mut self, input: Input<Mail>, cx: &mut Context<'_, Part>) {
        match input {
            Input::Restart(_) => self.schedule(cx),
            Input::Timer(_) => self.cue(cx),
            Input::Message { message: Mail::Done(step, outcome), .. } if step == self.step => self.done(outcome, cx),
            Input::Message { .. } | Input::Disk(_) => {}
        }
    }

    fn schedule(&self, cx: &mut Context<'_, Part>) {
        if let Some(step) = self.story.steps.get(self.step) {
            cx.set_timer(DUE, step.after_ms * MILLISECOND);
        }
    }

    fn cue(&self, cx: &mut Context<'_, Part>) {
        if let Some(step) = self.story.steps.get(self.step) {
            let to = if matches!(step.what, What::Close) { self.node } else { ProcessId(self.actors + step.actor) };
            cx.send(to, Mail::Cue(self.step));
            cx.set_timer(AGAIN, CUE_AGAIN);
        }
    }

    fn done(&mut self, outcome: Outcome, cx: &mut Context<'_, Part>) {
        cx.cancel_timer(AGAIN);
        cx.note(Note::Step { index: self.step, outcome });
        self.step += 1;
        self.schedule(cx);
    }
}
