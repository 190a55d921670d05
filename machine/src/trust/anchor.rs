//! Anchors: hashes of recent entries that a login must name. They are the challenge, and need no store of their own.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::State;
use crate::kernel::{
    Digest, Int, Stamp, Tick,
    table::{Only, Row},
};

/// An entry is an anchor if it is the first of its window of so many ms.
pub const WINDOW_MS: u64 = 10_000;
/// An anchor goes so many ms after the one that follows it.
pub const KEPT_MS: u64 = 600_000;

/// The ledger's last entry, as far as rules look at it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadRow {
    /// Its tick.
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
    /// Its entry's tick.
    pub at: Int,
}

impl Row for Anchor {
    const TABLE: &'static str = "anchors";
    type Key = Digest;
}

/// What an entry does to the anchors before its event is judged. Made from the state alone, so that a refusal leaves
/// no trace.
#[derive(Debug, Default)]
pub(super) struct Plan {
    add: Option<(Digest, Tick)>,
    remove: Vec<Digest>,
}

/// If the entry before was the first of its window, it becomes an anchor, and those go whose successor is old.
pub(super) fn plan(state: &State, stamp: &Stamp) -> Plan {
    let Some(head) = state.head.get(&Only).filter(|head| head.first) else { return Plan::default() };
    let mut known = Vec::new();
    state.anchors.for_each(|hash, anchor| known.push((anchor.at.get(), *hash)));
    known.push((head.at.get(), stamp.prev));
    known.sort_unstable();
    let old = known.windows(2).filter(|pair| pair[1].0 + KEPT_MS <= stamp.at).map(|pair| pair[0].1);
    Plan { add: Some((stamp.prev, head.at.get())), remove: old.collect() }
}

impl Plan {
    /// Whether a login may name this anchor.
    pub(super) fn good(&self, state: &State, anchor: &Digest) -> bool {
        let known = state.anchors.get(anchor).is_some() || self.add.is_some_and(|(added, _)| added == *anchor);
        known && !self.remove.contains(anchor)
    }
}

/// Carries the plan out, and moves the head row to this entry.
pub(super) fn advance(state: &mut State, stamp: &Stamp, plan: &Plan) {
    if let Some((hash, at)) = plan.add {
        state.anchors.put(hash, Anchor { at: Int::saturating(at) });
    }
    plan.remove.iter().for_each(|hash| state.anchors.remove(hash));
    let before = state.head.get(&Only).map(|head| head.at.get() / WINDOW_MS);
    let first = before != Some(stamp.at / WINDOW_MS);
    state.head.put(Only, HeadRow { at: Int::saturating(stamp.at), first });
}

/// The challenge that the door hands out: the head's hash if its entry opened its window, else the newest anchor.
#[must_use]
pub fn newest(state: &State, head: &Digest) -> Option<Digest> {
    if state.head.get(&Only)?.first {
        return Some(*head);
    }
    let mut newest = None;
    state.anchors.for_each(|hash, anchor| newest = newest.max(Some((anchor.at, *hash))));
    newest.map(|(_, hash)| hash)
}
