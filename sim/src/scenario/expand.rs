//! Expands steps into turns: each member of a crowd takes a step on its own.

use super::{Document, Step, Value};

/// One member's turn at a step.
#[derive(Clone, Debug)]
pub struct Turn<'a> {
    /// The step as written.
    pub step: &'a Step,
    /// Whose turn, as a position in [`Document::members`].
    pub actor: u32,
    /// How long after the turn before, in ms.
    pub after_ms: u64,
    /// The other member that the step names, if it names one.
    pub other: Option<u32>,
}

impl Document {
    /// Every turn, in order: those of the story, then those of the workload. A crowd takes a step one member after another; if the step names another crowd as
    /// long, they go in pairs; if it names several and the actor is one, the actor goes through them.
    #[must_use]
    pub fn turns(&self) -> Vec<Turn<'_>> {
        self.steps.iter().flat_map(turns_of).collect()
    }
}

fn turns_of(step: &Step) -> Vec<Turn<'_>> {
    let named = step.values.list.iter().find_map(|(_, value, _)| match value {
        Value::Actors(members) => Some(members.as_slice()),
        _ => None,
    });
    let previous = step.values.list.iter().any(|(_, value, _)| *value == Value::Previous);
    let pairs: Vec<(u32, Option<u32>)> = match named {
        _ if previous => step.actors.windows(2).map(|pair| (pair[1], Some(pair[0]))).collect(),
        None => step.actors.iter().map(|actor| (*actor, None)).collect(),
        Some([one]) => step.actors.iter().map(|actor| (*actor, Some(*one))).collect(),
        Some(many) if step.actors.len() == 1 => many.iter().map(|other| (step.actors[0], Some(*other))).collect(),
        Some(many) => step.actors.iter().copied().zip(many.iter().copied().map(Some)).collect(),
    };
    let rounds = (0..step.times).flat_map(|_| pairs.iter());
    let turn = |(at, (actor, other)): (usize, &(u32, Option<u32>))| Turn {
        step,
        actor: *actor,
        after_ms: if at == 0 { step.after_ms } else { 0 },
        other: *other,
    };
    rounds.enumerate().map(turn).collect()
}
