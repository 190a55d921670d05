//! The teller: listens to a run of the trust loop and writes down what happened, for people and as data.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc, sync::Arc};

use machine::{
    kernel::{Tick, table::state_root},
    trust::{Effect, Refusal, UserId},
};

use super::{
    actor::Cast,
    mail::{Note, Outcome},
    part::Part,
    story::What,
    world,
};
use crate::{
    engine::{Invariant, RunView},
    format::{points, ratio},
    system::{History, Line},
};

/// Listens to a run and writes its history.
pub struct Teller {
    pub(super) cast: Arc<Cast>,
    pub(super) history: Rc<RefCell<History>>,
    pub(super) watcher: world::Watcher,
    /// What the effects of an entry say, until its step is told.
    pub(super) said: BTreeMap<u64, Vec<String>>,
}

impl Invariant<Part> for Teller {
    fn name(&self) -> &str {
        "the history"
    }

    fn observe(&mut self, view: &RunView<'_, Part>) -> Result<(), String> {
        let at = self.cast.start + view.now / 1_000;
        let history = Rc::clone(&self.history);
        let mut history = history.borrow_mut();
        view.notes().for_each(|note| self.note(&mut history, at, note));
        Ok(())
    }

    fn finish(&mut self, view: &RunView<'_, Part>) -> Result<(), String> {
        let mut history = self.history.borrow_mut();
        history.files = view.files(world::NODE);
        let Some(node) = world::node(view) else { return Ok(()) };
        let mut ledger = node.durable().clone();
        history.head = Some((ledger.head.size, ledger.head.hash));
        history.state_root = Some(state_root(&mut ledger.state));
        for (at, role) in self.cast.story.cast.iter().enumerate().filter(|(_, role)| !role.operator) {
            let row = ledger.state.users.get(&self.cast.user(at as u32));
            let points = row.map_or(0, |row| row.points_micro.get());
            let coherence = row.map_or(0, |row| row.coherence_ppm.get());
            let measures = [("coherence_ppm", coherence), ("points_micro", points)];
            history.measures.insert(role.name.clone(), measures.map(|(name, value)| (name.to_string(), value)).into());
        }
        Ok(())
    }
}

impl Teller {
    fn note(&mut self, history: &mut History, at: Tick, note: &Note) {
        match note {
            Note::Ready { size, torn } => history.is_back(at, *size, *torn),
            Note::Entry { entry, .. } if !self.said.contains_key(&entry.stamp.seq) => {
                *history.entries.entry(entry.event.kind().to_string()).or_default() += 1;
                for effect in &entry.effects {
                    *history.effects.entry(effect.kind().to_string()).or_default() += 1;
                }
                let said = entry.effects.iter().filter_map(|effect| self.say(effect)).collect();
                self.said.insert(entry.stamp.seq, said);
            }
            Note::Refused { refusal, .. } => *history.refusals.entry(refusal.code().to_string()).or_default() += 1,
            Note::Step { index, outcome } => {
                self.step(history, at, *index, outcome);
                if let Some(watcher) = self.watcher.borrow().as_ref() {
                    watcher(*index as u64 + 1, self.cast.story.steps.len() as u64);
                }
            }
            Note::Event(what) => {
                let (who, what) = ("the node".to_string(), what.to_string());
                history.lines.push(Line { at, who, what, seq: None, follows: Vec::new() });
            }
            Note::Entry { .. }
            | Note::Acknowledged { .. }
            | Note::Leak(_)
            | Note::Sent { .. }
            | Note::Opened { .. } => {}
        }
    }

    fn step(&self, history: &mut History, at: Tick, index: usize, outcome: &Outcome) {
        let Some(step) = self.cast.story.steps.get(index) else { return };
        let actor = self.cast.story.cast.get(step.actor as usize).filter(|_| !matches!(step.what, What::Close));
        let who = actor.map_or("the node", |role| role.name.as_str());
        let (seq, follows) = match outcome {
            Outcome::Accepted { seq, repeated: false } => (Some(*seq), self.said.get(seq).cloned().unwrap_or_default()),
            Outcome::Accepted { seq, repeated: true } => (Some(*seq), vec!["the same answer as before".to_string()]),
            Outcome::Refused(refusal) => {
                let meaning = machine::trust::refusal::REFUSALS.iter().find(|(known, ..)| known == refusal);
                (None, vec![format!("refused: {refusal} ({})", meaning.map_or("", |(.., meaning)| meaning))])
            }
            Outcome::Seen(what) => (None, vec![what.clone()]),
            Outcome::Failed(why) => (None, vec![format!("FAILED: {why}")]),
        };
        if let Some(failure) = failure(step.refused, outcome) {
            history.failures.push(format!("step {}, {who} {}: {failure}", index + 1, step.title));
        }
        history.lines.push(Line { at, who: who.to_string(), what: step.title.clone(), seq, follows });
    }

    fn name(&self, user: UserId) -> String {
        self.cast.name_of(user).map_or_else(|| user.to_string(), str::to_string)
    }

    /// An effect in a few words; what says no more than the step itself is left out.
    fn say(&self, effect: &Effect) -> Option<String> {
        let said = match effect {
            Effect::SessionOpened(opened) if opened.first => format!("{} is new here", self.name(opened.user)),
            Effect::ReferralUsed(used) => format!("{} was invited by {}", self.name(used.user), self.name(used.owner)),
            Effect::ReferralClosed(closed) => {
                format!("the referral closes: {}'s no. {}", self.name(closed.owner), closed.n)
            }
            Effect::RewardGranted(reward) => {
                let capped = match reward.capped_micro.get() {
                    0 => String::new(),
                    micro => format!(", {} more were over a cap", points(micro)),
                };
                format!(
                    "{} gets {} points ({} + {} bonus{capped})",
                    self.name(reward.user),
                    points(reward.granted_micro.get()),
                    points(reward.base_micro.get()),
                    points(reward.bonus_micro.get()),
                )
            }
            Effect::CoherenceChanged(changed) => {
                format!("{}'s coherence is now {}", self.name(changed.user), ratio(changed.coherence_ppm.get()))
            }
            Effect::Advised(advised) => format!("guard {} would have refused this", advised.guard),
            Effect::SessionClosed(closed) => {
                let why = closed.reason.as_ref().map(|reason| format!(" (\"{reason}\")")).unwrap_or_default();
                format!("a session of {} is {}{why}", self.name(closed.user), closed.cause)
            }
            Effect::ProfileChanged(changed) if changed.erased => {
                format!("the profile of {} is erased, its digest stays", self.name(changed.user))
            }
            Effect::RulesetChanged(changed) => format!("ruleset {} is in force from here on", changed.version),
            Effect::StageChanged(changed) => format!("AEGIS is in stage {} from here on", changed.stage.text()),
            Effect::KeyRotated(rotated) => format!("the {} key is a new one from here on", rotated.which.text()),
            Effect::SessionOpened(_)
            | Effect::ProfileChanged(_)
            | Effect::KeysChanged(_)
            | Effect::MessageRelayed(_)
            | Effect::Refused(_) => return None,
        };
        Some(said)
    }
}

/// Why an outcome is not the one that the scenario says.
fn failure(declared: Option<Refusal>, outcome: &Outcome) -> Option<String> {
    match (declared, outcome) {
        (Some(declared), Outcome::Refused(refusal)) if declared == *refusal => None,
        (Some(declared), Outcome::Refused(refusal)) => {
            Some(format!("should be refused as {declared}, was refused as {refusal}"))
        }
        (Some(declared), _) => Some(format!("should be refused as {declared}, was not refused")),
        (None, Outcome::Refused(refusal)) => Some(format!("was refused as {refusal}, which nobody declared")),
        (None, Outcome::Failed(why)) => Some(why.clone()),
        (None, Outcome::Accepted { .. } | Outcome::Seen(_)) => None,
    }
}
