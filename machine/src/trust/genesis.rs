//! GENESIS: entry 0, which fixes the ledger's name, its keys and the first numbers.

use serde::{Deserialize, Serialize};

use super::{curves::can_sign, owned::owned_table, refusal::Refusal, ruleset::Ruleset, types::Origin};
use crate::kernel::{
    Int, PublicKey,
    table::{Only, Row},
};

/// What a ledger begins with. Nobody signs it: whoever founds the ledger writes it, and entry 0 is public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Genesis {
    /// The key that signs checkpoints.
    pub log_key: PublicKey,
    /// The key that signs operator intents.
    pub operator_key: PublicKey,
    /// The ledger's name.
    pub origin: Origin,
    /// The first numbers.
    pub ruleset: Ruleset,
    /// An entry carries the state root iff its seq is a multiple of this; at least 1.
    pub state_every: Int,
}

impl Genesis {
    /// Checks the parts against each other.
    ///
    /// # Errors
    /// What is wrong with which part.
    pub fn check(&self) -> Result<(), &'static str> {
        if !can_sign(&self.log_key) {
            return Err("`log_key` is no Ed25519 key: not canonical, of low order, or no point of the curve");
        }
        if !can_sign(&self.operator_key) {
            return Err("`operator_key` is no Ed25519 key: not canonical, of low order, or no point of the curve");
        }
        if self.log_key == self.operator_key {
            return Err("`log_key` and `operator_key` are the same");
        }
        if self.state_every == Int::ZERO {
            return Err("`state_every` is 0");
        }
        Ok(())
    }

    /// Judges a GENESIS as the first entry.
    pub(super) fn judge(&self, seq: u64, founded: bool) -> Result<(), Refusal> {
        self.check().map_err(|_| Refusal::Shape)?;
        self.ruleset.check(Int::from(1))?;
        if seq == 0 && !founded { Ok(()) } else { Err(Refusal::Genesis) }
    }
}

/// What stays as the genesis said it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisRow {
    /// The ledger's name.
    pub origin: Origin,
    /// How often an entry carries the state root; at least 1.
    pub state_every: Int,
}

impl Row for GenesisRow {
    const TABLE: &'static str = "genesis";
    type Key = Only;
}

owned_table! {
    /// What the genesis fixed.
    Founding of GenesisRow
}

impl Founding {
    /// Writes what stays of a judged genesis.
    pub(super) fn found(&mut self, genesis: &Genesis) {
        assert!(self.get(&Only).is_none() && genesis.state_every > Int::ZERO, "a ledger is founded once");
        self.0.put(Only, GenesisRow { origin: genesis.origin.clone(), state_every: genesis.state_every });
    }
}
