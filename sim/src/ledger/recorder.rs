//! Writes the history of a run, for people and as data, from what the processes note.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc, sync::Arc};

use machine::kernel::{Entry, Tick, table::state_root};

use super::{LedgerProcess, LedgerWorld, MachineOf, NODE, Note, NoteOf, RefusalOf, StepOutcome, node, setup::Watcher};
use crate::{
    engine::{Invariant, MILLISECOND, RunView},
    system::{History, Line},
};

/// The name under which the history tells of the node.
const NODE_NAME: &str = "the node";

/// A step as the history shows it.
#[derive(Clone, Debug)]
pub struct StepInfo<'a> {
    /// The name of who takes the step; the node's if there is none.
    pub who: Option<&'a str>,
    /// What the step does, in a few words.
    pub title: &'a str,
    /// The code of the refusal that the scenario declares for the step.
    pub refused: Option<String>,
}

/// Writes the history of a run. An invariant, because those see every note; it never fails.
pub struct Recorder<W: LedgerWorld> {
    world: Arc<W>,
    history: Rc<RefCell<History>>,
    watcher: Watcher,
    /// What followed from an entry, until its step is done.
    followed: BTreeMap<u64, Vec<String>>,
}

impl<W: LedgerWorld> Recorder<W> {
    /// A recorder of one run, which begins with an empty history.
    pub(super) fn new(world: Arc<W>, history: Rc<RefCell<History>>, watcher: Watcher) -> Self {
        Self { world, history, watcher, followed: BTreeMap::new() }
    }

    fn note(&mut self, history: &mut History, at: Tick, note: &NoteOf<W>) {
        match note {
            Note::Ready { size, torn } => is_ready(history, at, *size, *torn),
            Note::Entry { entry, .. } if !self.followed.contains_key(&entry.stamp.seq) => self.entry(history, entry),
            Note::Refused { refusal, .. } => *history.refusals.entry(refusal.to_string()).or_default() += 1,
            Note::Checkpoint(_) => node_line(history, at, "a checkpoint is signed".to_string()),
            Note::Step { index, outcome } => {
                self.step(history, at, *index, outcome);
                if let Some(watcher) = self.watcher.borrow().as_ref() {
                    watcher(*index as u64 + 1, self.world.pauses().len() as u64);
                }
            }
            Note::Entry { .. } | Note::Acknowledged { .. } | Note::Own(_) => {}
        }
    }

    /// Counts an entry, and keeps what followed from it.
    fn entry(&mut self, history: &mut History, entry: &Entry<MachineOf<W>>) {
        if let Some(kind) = self.world.event_kind(&entry.event) {
            *history.entries.entry(kind).or_default() += 1;
        }
        for kind in entry.effects.iter().filter_map(|effect| self.world.effect_kind(effect)) {
            *history.effects.entry(kind).or_default() += 1;
        }
        let said = entry.effects.iter().filter_map(|effect| self.world.describe_effect(effect)).collect();
        self.followed.insert(entry.stamp.seq, said);
    }

    fn step(&self, history: &mut History, at: Tick, index: usize, outcome: &StepOutcome<RefusalOf<W>>) {
        let Some(step) = self.world.step(index) else { return };
        let who = step.who.unwrap_or(NODE_NAME);
        let (seq, follows) = match outcome {
            StepOutcome::Accepted { seq, repeated: false } => {
                (Some(*seq), self.followed.get(seq).cloned().unwrap_or_default())
            }
            StepOutcome::Accepted { seq, repeated: true } => {
                (Some(*seq), vec!["the same answer as before".to_string()])
            }
            StepOutcome::Refused(refusal) => (None, vec![format!("refused: {}", self.world.describe_refusal(refusal))]),
            StepOutcome::Seen(what) => (None, vec![what.clone()]),
            StepOutcome::Failed(why) => (None, vec![format!("FAILED: {why}")]),
        };
        if let Some(failure) = failure(step.refused.as_deref(), outcome) {
            history.failures.push(format!("step {}, {who} {}: {failure}", index + 1, step.title));
        }
        history.lines.push(Line { at, who: who.to_string(), what: step.title.to_string(), seq, follows });
    }
}

impl<W: LedgerWorld> Invariant<LedgerProcess<W>> for Recorder<W> {
    fn name(&self) -> &str {
        "the history is written"
    }

    fn observe(&mut self, view: &RunView<'_, LedgerProcess<W>>) -> Result<(), String> {
        let at = self.world.start() + view.now / MILLISECOND;
        let history = Rc::clone(&self.history);
        let mut history = history.borrow_mut();
        view.notes().for_each(|note| self.note(&mut history, at, note));
        Ok(())
    }

    fn finish(&mut self, view: &RunView<'_, LedgerProcess<W>>) -> Result<(), String> {
        let mut history = self.history.borrow_mut();
        history.files = view.files(NODE);
        let Some(node) = node(view) else { return Ok(()) };
        let mut ledger = node.durable().clone();
        history.head = Some((ledger.head.size, ledger.head.hash));
        history.state_root = Some(state_root(&mut ledger.state));
        self.world.finish(&ledger, &mut history);
        Ok(())
    }
}

/// Tells that the node has recovered so many entries.
fn is_ready(history: &mut History, at: Tick, size: u64, torn: bool) {
    let torn_too = if torn { ", sets a torn group aside" } else { "" };
    let what = match size {
        0 => format!("starts an empty ledger{torn_too}"),
        _ => format!("is back with {size} entries{torn_too}"),
    };
    history.restarts += u64::from(size > 0);
    history.torn += u64::from(torn);
    node_line(history, at, what);
}

fn node_line(history: &mut History, at: Tick, what: String) {
    history.lines.push(Line { at, who: NODE_NAME.to_string(), what, seq: None, follows: Vec::new() });
}

/// Why an outcome is not the one that the scenario says; `declared` is the code of a refusal.
fn failure<R: ToString>(declared: Option<&str>, outcome: &StepOutcome<R>) -> Option<String> {
    match (declared, outcome) {
        (Some(declared), StepOutcome::Refused(refusal)) if declared == refusal.to_string() => None,
        (Some(declared), StepOutcome::Refused(refusal)) => {
            Some(format!("should be refused as {declared}, was refused as {}", refusal.to_string()))
        }
        (Some(declared), _) => Some(format!("should be refused as {declared}, was not refused")),
        (None, StepOutcome::Refused(refusal)) => {
            Some(format!("was refused as {}, which nobody declared", refusal.to_string()))
        }
        (None, StepOutcome::Failed(why)) => Some(why.clone()),
        (None, StepOutcome::Accepted { .. } | StepOutcome::Seen(_)) => None,
    }
}
