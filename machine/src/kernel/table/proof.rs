//! Proofs that a row stands in a table, or that none stands under a key: checked with nothing but the digest.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{
    place,
    trie::{bit, fork_digest, leaf_digest},
};
use crate::kernel::digest::Digest;

/// The way from a table's digest to a key's place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// The one leaf of the subtree in which the key's place lies; none if that subtree is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaf: Option<Leaf>,
    /// The digests beside the way, from the root down; at most 256.
    pub siblings: Vec<Digest>,
}

/// A leaf: where it stands and what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaf {
    /// SHA-256 of the tagged key.
    pub place: Digest,
    /// SHA-256 of the canonical value.
    pub value: Digest,
}

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// More siblings than a place has bits.
    #[error("more than 256 siblings")]
    TooDeep,
    /// The leaf stands in another subtree than the key.
    #[error("the leaf does not share the key's way")]
    OtherWay,
    /// The digests on the way do not lead to the table's digest.
    #[error("does not lead to the table's digest")]
    Digest,
    /// It proves something, but not what was claimed about the row.
    #[error("the row is not what was claimed")]
    Row,
}

impl Proof {
    /// Checks that under `key` stands the canonical `value`, or nothing where `value` is `None`.
    ///
    /// # Errors
    /// [`ProofError`] if the proof does not show exactly that.
    pub fn check(&self, table: &Digest, key: &str, value: Option<&[u8]>) -> Result<(), ProofError> {
        let place = place(key);
        self.check_way(table, &place)?;
        let held = self.leaf.filter(|leaf| leaf.place == place).map(|leaf| leaf.value);
        if held == value.map(|bytes| Digest::untagged(&[bytes])) { Ok(()) } else { Err(ProofError::Row) }
    }

    fn check_way(&self, table: &Digest, place: &Digest) -> Result<(), ProofError> {
        let depth = self.siblings.len();
        if depth > 256 {
            return Err(ProofError::TooDeep);
        }
        let strays = |leaf: Leaf| (0..depth).any(|level| bit(&leaf.place, level) != bit(place, level));
        if self.leaf.is_some_and(strays) {
            return Err(ProofError::OtherWay);
        }
        let start = self.leaf.map_or(Digest::ZERO, |leaf| leaf_digest(&leaf.place, &leaf.value));
        let top =
            self.siblings.iter().enumerate().rev().fold(start, |below, (level, beside)| match bit(place, level) {
                0 => fork_digest(&below, beside),
                _ => fork_digest(beside, &below),
            });
        if top == *table { Ok(()) } else { Err(ProofError::Digest) }
    }
}
