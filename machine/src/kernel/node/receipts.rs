//! Which events are entries already: lets a node give a repeated submission its first answer. Can be rebuilt at any time.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use super::{Node, group::segment_file};
use crate::kernel::{
    Digest,
    machine::{Lane, Ledgered, Verifier},
};

/// Where an entry's line stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) segment: u64,
    /// In bytes from the segment's start.
    pub(super) offset: u64,
    /// Without its newline.
    pub(super) len: u64,
    pub(super) seq: u64,
    /// SHA-256 of the line, so that what is read back is what was written.
    pub(super) check: Digest,
}

impl Place {
    pub(super) fn file(&self) -> String {
        segment_file(self.segment)
    }
}

/// The newest event of each slot of each lane.
#[derive(Debug, Default)]
pub(super) struct Receipts {
    lanes: BTreeMap<Digest, Vec<Kept>>,
    swept: u64,
}

/// An event that is an entry.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) slot: u8,
    pub(super) id: Digest,
    pub(super) place: Place,
}

impl Receipts {
    pub(super) fn keep(&mut self, lane: Digest, slot: u8, id: Digest, place: Place) {
        let kept = Kept { slot, id, place };
        let slots = self.lanes.entry(lane).or_default();
        match slots.iter_mut().find(|other| other.slot == slot) {
            Some(old) => *old = kept,
            None => slots.push(kept),
        }
    }

    pub(super) fn find(&self, lane: &Lane, id: &Digest) -> Option<Place> {
        let slots = self.lanes.get(&lane.key)?;
        slots.iter().find(|kept| kept.slot == lane.slot && kept.id == *id).map(|kept| kept.place.clone())
    }

    pub(super) fn each(&self) -> impl Iterator<Item = (&Digest, &Kept)> {
        self.lanes.iter().flat_map(|(lane, slots)| slots.iter().map(move |kept| (lane, kept)))
    }
}

/// Closed lanes are looked for once in so many entries.
const SWEEP_EVERY: u64 = 4096;

impl<M: Ledgered, V: Verifier<M>> Node<M, V> {
    /// Forgets the lanes in which no repeat can come any more.
    pub(super) fn sweep_receipts(&mut self) {
        let head = &self.durable.head;
        if head.size < self.receipts.swept + SWEEP_EVERY {
            return;
        }
        self.receipts.swept = head.size;
        let state = &self.durable.state;
        self.receipts.lanes.retain(|lane, _| M::lane_open(state, lane, head.at));
    }
}
