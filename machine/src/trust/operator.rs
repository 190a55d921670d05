//! The operator: new numbers, the stage of AEGIS, new keys. Each intent is signed by the key in force, and counted without gaps.

use alloc::{format, string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use super::{
    State, anchor,
    effect::{Effect, KeyRotated, RulesetChanged, StageChanged},
    event::{self, part},
    refusal::Refusal,
    ruleset::{AegisRow, Log, Operator, Ruleset, SEMANTICS, Stage},
    verify::{Arithmetic as _, Curves},
};
use crate::kernel::{
    Digest, Effects, Int, Lane, PublicKey, Signature, Stamp, canonical::write, machine::Malformed, table::Only, tags,
};

/// What stands where a user's intent names its session.
pub const SESSION: &str = "operator";

/// A request of the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorIntent {
    /// What is wanted.
    pub body: OperatorBody,
    /// Exactly one above the last accepted.
    pub counter: Int,
    /// The operator's key.
    pub key: PublicKey,
    /// Over the tagged origin and the canonical intent without this field.
    pub sig: Signature,
}

/// What an operator wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OperatorBody {
    /// New numbers from the next entry on.
    RulesetActivated(RulesetActivated),
    /// AEGIS acts otherwise from the next entry on.
    AegisStaged(AegisStaged),
    /// A new key.
    OperatorRotated(OperatorRotated),
}

/// New numbers from the next entry on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesetActivated {
    /// All of them; version = last + 1.
    pub ruleset: Ruleset,
}

/// AEGIS acts otherwise from the next entry on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AegisStaged {
    /// How.
    pub stage: Stage,
}

/// A new key in the place of an old one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatorRotated {
    /// The new one.
    pub key: PublicKey,
    /// By the new key, over [`proof_message`].
    pub proof: Signature,
    /// Which is replaced.
    pub which: Which,
}

/// A key of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Which {
    /// Signs operator intents.
    Operator,
    /// Signs checkpoints.
    Log,
}

impl Which {
    /// The name as it is written.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Log => "log",
        }
    }
}

/// What a new key signs to show that it takes the place of `replaced`.
#[must_use]
pub fn proof_message(origin: &str, which: Which, replaced: &PublicKey) -> String {
    format!("{}{origin}\n{}\n{replaced}", tags::OPERATOR.0, which.text())
}

impl OperatorBody {
    /// The kind as it stands in the event.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::RulesetActivated(_) => "RULESET_ACTIVATED",
            Self::AegisStaged(_) => "AEGIS_STAGED",
            Self::OperatorRotated(_) => "OPERATOR_ROTATED",
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::RulesetActivated(body) => write(body, out),
            Self::AegisStaged(body) => write(body, out),
            Self::OperatorRotated(body) => write(body, out),
        }
    }

    pub(super) fn read(kind: &str, body: &[u8]) -> Result<Self, String> {
        match kind {
            "RULESET_ACTIVATED" => part(body).map(Self::RulesetActivated),
            "AEGIS_STAGED" => part(body).map(Self::AegisStaged),
            "OPERATOR_ROTATED" => part(body).map(Self::OperatorRotated),
            other => Err(format!("no event of an operator is called {other}")),
        }
    }
}

impl OperatorIntent {
    /// What the operator's key signs: tag, origin, newline, and the canonical intent without `sig`.
    #[must_use]
    pub fn signed_bytes(&self, origin: &str) -> Vec<u8> {
        event::signed_bytes(origin, |out| self.write_unsigned(out))
    }

    /// The event's id: SHA-256 of the signed bytes.
    #[must_use]
    pub fn id(&self, origin: &str) -> Digest {
        Digest::untagged(&[&self.signed_bytes(origin)])
    }

    pub(super) fn write_unsigned(&self, out: &mut Vec<u8>) {
        let Self { body, counter, key, .. } = self;
        event::write_unsigned(out, |out| body.write(out), (*counter, key), body.kind(), SESSION);
    }

    /// Refuses the semantics that this code does not implement, naming them.
    pub(super) fn check_semantics(&self) -> Result<(), Malformed<Refusal>> {
        match &self.body {
            OperatorBody::RulesetActivated(body) => body.ruleset.check_semantics(),
            OperatorBody::AegisStaged(_) | OperatorBody::OperatorRotated(_) => Ok(()),
        }
    }
}

impl Ruleset {
    pub(super) fn check_semantics(&self) -> Result<(), Malformed<Refusal>> {
        if self.semantics == SEMANTICS {
            return Ok(());
        }
        let detail = format!("semantics {}; this binary implements {SEMANTICS}", self.semantics);
        Err(Malformed { refusal: Refusal::Semantics, detail })
    }
}

/// Where the last operator intent is looked up when it comes again.
pub(super) fn lane() -> Lane {
    Lane { key: Digest::of(tags::OPERATOR, &[SESSION.as_bytes()]), slot: 0 }
}

/// Applies an operator's intent: judges all of it, then writes.
pub(super) fn apply(state: &mut State, stamp: &Stamp, intent: &OperatorIntent) -> Result<Effects<Effect>, Refusal> {
    let origin = state.genesis().ok_or(Refusal::Genesis)?.origin.clone();
    let Operator { counter, key } = judge(state, intent)?;
    judge_body(state, &origin, &intent.body, &key)?;

    anchor::advance(state, stamp, &anchor::plan(state, stamp));
    let mut operator = Operator { counter, key };
    let effect = match &intent.body {
        OperatorBody::RulesetActivated(RulesetActivated { ruleset }) => {
            state.ruleset.put(Only, ruleset.clone());
            Effect::from(RulesetChanged { version: ruleset.version })
        }
        OperatorBody::AegisStaged(AegisStaged { stage }) => {
            state.aegis.put(Only, AegisRow { stage: *stage });
            StageChanged { stage: *stage }.into()
        }
        OperatorBody::OperatorRotated(OperatorRotated { key, which, .. }) => {
            match which {
                Which::Operator => operator.key = *key,
                Which::Log => state.log.put(Only, Log { key: *key }),
            }
            KeyRotated { key: *key, which: *which }.into()
        }
    };
    state.operator.put(Only, operator);
    Ok([effect].into())
}

/// Judges key and counter; gives the operator's row as this intent leaves it.
fn judge(state: &State, intent: &OperatorIntent) -> Result<Operator, Refusal> {
    let row = state.operator.get(&Only).ok_or(Refusal::Genesis)?;
    if row.key != intent.key {
        return Err(Refusal::WrongKey);
    }
    match intent.counter.get().cmp(&(row.counter.get() + 1)) {
        core::cmp::Ordering::Less => Err(Refusal::CounterUsed),
        core::cmp::Ordering::Equal => Ok(Operator { counter: intent.counter, key: row.key }),
        core::cmp::Ordering::Greater => Err(Refusal::CounterAhead),
    }
}

/// The kind's own rules. A proof names the key that it replaces, so it alone among signatures needs the state.
fn judge_body(state: &State, origin: &str, body: &OperatorBody, operator: &PublicKey) -> Result<(), Refusal> {
    match body {
        OperatorBody::RulesetActivated(RulesetActivated { ruleset }) => {
            let last = state.ruleset.get(&Only).map_or(0, |ruleset| ruleset.version.get());
            ruleset.check(Int::saturating(last + 1))
        }
        OperatorBody::AegisStaged(_) => Ok(()),
        OperatorBody::OperatorRotated(OperatorRotated { key, proof, which }) => {
            let replaced = match which {
                Which::Operator => *operator,
                Which::Log => state.log.get(&Only).ok_or(Refusal::Genesis)?.key,
            };
            let message = proof_message(origin, *which, &replaced);
            Curves.ed25519(key, message.as_bytes(), proof).then_some(()).ok_or(Refusal::BadProof)
        }
    }
}
