//! The operator's keys: who signs operator intents and checkpoints, and how one key takes the place of another. Operator intents are
//! signed by the key in force, and counted without gaps.

use alloc::{format, string::String};

use serde::{Deserialize, Serialize, Serializer};

use super::{
    curves::Arithmetic,
    effect::KeyRotated,
    owned::owned_table,
    refusal::Refusal,
    types::{Counter, Which},
};
use crate::{
    bug,
    kernel::{
        Digest, Int, Lane, PublicKey, Signature,
        table::{Only, Row},
        tags,
    },
};

/// What stands in an operator's intent where a user's names its session: `operator`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperatorSession;

impl OperatorSession {
    /// The text as it is written.
    pub const TEXT: &'static str = "operator";
}

impl Serialize for OperatorSession {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(Self::TEXT)
    }
}

/// A new key in the place of an old one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatorRotated {
    /// The new key.
    pub key: PublicKey,
    /// The new key's signature over [`proof_message`].
    pub proof: Signature,
    /// Which key it replaces.
    pub which: Which,
}

/// The operator's key and counter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operator {
    /// The counter of the last accepted intent; 0 at first.
    pub counter: Int,
    /// The key that signs operator intents.
    pub key: PublicKey,
}

impl Row for Operator {
    const TABLE: &'static str = "operator";
    type Key = Only;
}

/// The log's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// The key that signs the checkpoint of the size that comes next.
    pub key: PublicKey,
}

impl Row for Log {
    const TABLE: &'static str = "log";
    type Key = Only;
}

owned_table! {
    /// The operator's key in force.
    OperatorKey of Operator
}

owned_table! {
    /// The log's key in force.
    LogKey of Log
}

/// Writes the two keys of a genesis.
pub(super) fn found(operator: &mut OperatorKey, log: &mut LogKey, operator_key: PublicKey, log_key: PublicKey) {
    assert!(operator.get(&Only).is_none() && operator_key != log_key, "a ledger is founded once, with two keys");
    operator.0.put(Only, Operator { counter: Int::ZERO, key: operator_key });
    log.0.put(Only, Log { key: log_key });
}

/// What a new key signs to show that it takes the place of `replaced`.
#[must_use]
pub fn proof_message(origin: &str, which: Which, replaced: &PublicKey) -> String {
    format!("{}{origin}\n{}\n{replaced}", tags::OPERATOR.0, which.text())
}

/// The place of the last operator intent among the answers that a node repeats.
pub(super) fn lane() -> Lane {
    Lane { key: Digest::of(tags::OPERATOR, &[OperatorSession::TEXT.as_bytes()]), slot: 0 }
}

impl OperatorKey {
    /// The row, from the genesis on.
    pub(super) fn in_force(&self) -> &Operator {
        self.get(&Only).unwrap_or_else(|| bug!("no operator's key is in force"))
    }

    /// Judges key and counter of an operator intent.
    pub(super) fn judge(&self, key: &PublicKey, counter: Counter) -> Result<(), Refusal> {
        let row = self.in_force();
        if row.key != *key {
            return Err(Refusal::WrongKey);
        }
        match counter.get().cmp(&(row.counter.get() + 1)) {
            core::cmp::Ordering::Less => Err(Refusal::CounterUsed),
            core::cmp::Ordering::Equal => Ok(()),
            core::cmp::Ordering::Greater => Err(Refusal::CounterAhead),
        }
    }

    /// Counts an accepted operator intent.
    pub(super) fn used(&mut self, counter: Counter) {
        let row = self.in_force().clone();
        assert_eq!(counter.get(), row.counter.get() + 1, "operator intents are counted without gaps");
        self.0.put(Only, Operator { counter: counter.int(), ..row });
    }
}

/// The key that would be replaced.
fn replaced(operator: &OperatorKey, log: &LogKey, which: Which) -> PublicKey {
    match which {
        Which::Operator => operator.in_force().key,
        Which::Log => log.get(&Only).unwrap_or_else(|| bug!("no log key is in force")).key,
    }
}

/// Judges an OPERATOR_ROTATED. Its proof names the key that it replaces, so it alone among signatures needs the state.
pub(super) fn judge_rotated(
    (operator, log): (&OperatorKey, &LogKey),
    origin: &str,
    curves: &dyn Arithmetic,
    body: &OperatorRotated,
) -> Result<(), Refusal> {
    let message = proof_message(origin, body.which, &replaced(operator, log, body.which));
    if curves.ed25519(&body.key, message.as_bytes(), &body.proof) { Ok(()) } else { Err(Refusal::BadProof) }
}

/// Puts a judged key in force.
pub(super) fn rotate(operator: &mut OperatorKey, log: &mut LogKey, body: &OperatorRotated) -> KeyRotated {
    let OperatorRotated { key, which, .. } = *body;
    match which {
        Which::Operator => operator.0.put(Only, Operator { counter: operator.in_force().counter, key }),
        Which::Log => log.0.put(Only, Log { key }),
    }
    KeyRotated { key, which }
}
