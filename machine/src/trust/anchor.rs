//! Anchors: hashes of recent entries that a login must name. They are the challenge, and need no store of their own.
//!
//! Loops: over all anchors, at most [`ANCHORS_MAX`]: one a 10-second window, each kept for 10 minutes after its successor.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::owned::owned_table;
use crate::{
    bug,
    kernel::{
        Digest, Int, Stamp, Tick,
        table::{Only, Row},
    },
};

/// An entry is an anchor if it is the first of its window of so many ms.
pub const WINDOW_MS: u64 = 10_000;
/// An anchor goes so many ms after the one that follows it.
pub const KEPT_MS: u64 = 600_000;
/// How many anchors there are at most: one in each of the 61 windows that 10
/// minutes touch, the one before them, and the one that is being added.
pub const ANCHORS_MAX: u64 = KEPT_MS / WINDOW_MS + 3;

/// The ledger's last entry, as far as rules look at it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadRow {
    /// The entry's tick.
    pub at: Int,
    /// Whether it was the first of its 10-second window.
    pub first: bool,
}

impl Row for HeadRow {
    const TABLE: &'static str = "head";
    type Key = Only;
}

/// An anchor, by its entry's hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// The entry's tick.
    pub at: Int,
}

impl Row for Anchor {
    const TABLE: &'static str = "anchors";
    type Key = Digest;
}

owned_table! {
    /// The last entry's row.
    LastEntry of HeadRow
}

owned_table! {
    /// The anchors that a login may name.
    Anchors of Anchor
}

/// What an entry does to the anchors before its event is judged. Made from the state alone, so that a refusal leaves no trace.
#[derive(Debug, Default)]
pub(super) struct Plan {
    add: Option<(Digest, Tick)>,
    remove: Vec<Digest>,
}

impl Plan {
    /// If the entry before was the first of its window, it becomes an anchor, and those go whose successor is old.
    pub(super) fn new(last: &LastEntry, anchors: &Anchors, stamp: &Stamp) -> Self {
        let Some(head) = last.get(&Only).filter(|head| head.first) else { return Self::default() };
        let mut known = Vec::new();
        anchors.for_each(|hash, anchor| known.push((anchor.at.get(), *hash)));
        known.push((head.at.get(), stamp.prev));
        assert!(known.len() as u64 <= ANCHORS_MAX, "{} anchors", known.len());
        known.sort_unstable();
        let old = known.windows(2).filter(|pair| pair[1].0 + KEPT_MS <= stamp.at).map(|pair| pair[0].1);
        Self { add: Some((stamp.prev, head.at.get())), remove: old.collect() }
    }

    /// Whether a login may name this anchor.
    pub(super) fn allows(&self, anchors: &Anchors, anchor: &Digest) -> bool {
        let known = anchors.get(anchor).is_some() || self.add.is_some_and(|(added, _)| added == *anchor);
        known && !self.remove.contains(anchor)
    }

    /// Carries the plan out, and moves the row of the last entry to this one.
    pub(super) fn apply(&self, last: &mut LastEntry, anchors: &mut Anchors, stamp: &Stamp) {
        let (rows, gone) = (anchors.rows(), self.remove.len() as u64);
        if let Some((hash, at)) = self.add {
            anchors.0.put(hash, Anchor { at: Int::exact(at) });
        }
        self.remove.iter().for_each(|hash| anchors.0.remove(hash));
        assert_eq!(anchors.rows() + gone, rows + u64::from(self.add.is_some()), "an anchor comes once and goes once");
        let before = last.get(&Only).map(|head| head.at.get());
        assert!(before.is_none_or(|before| before <= stamp.at), "ticks never fall");
        assert_eq!(before.is_none(), stamp.seq == 0, "entry {} follows one, unless it is the first", stamp.seq);
        let first = before.map(|at| at / WINDOW_MS) != Some(stamp.at / WINDOW_MS);
        last.0.put(Only, HeadRow { at: Int::exact(stamp.at), first });
    }
}

/// The challenge that the door hands out: the head's hash if its entry opened its window, else the newest anchor.
#[must_use]
pub(super) fn newest(last: &LastEntry, anchors: &Anchors, head: &Digest) -> Option<Digest> {
    let row = last.get(&Only)?;
    if row.first {
        return Some(*head);
    }
    let mut newest = None;
    anchors.for_each(|hash, anchor| newest = newest.max(Some((anchor.at, *hash))));
    let (at, hash) = newest.unwrap_or_else(|| bug!("{head} did not open its window, and no entry before it did"));
    assert!(at <= row.at, "anchor {hash} is older than the last entry, not of {at}");
    Some(hash)
}
