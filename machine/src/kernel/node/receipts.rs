//! Which events are entries already: lets a node give a repeated submission its first answer. Can be rebuilt at any time.
//!
//! A receipt is the number of an entry, 8 bytes a slot: where its line stands is found when somebody asks (`repeat`), which is rare.

use alloc::{
    collections::{BTreeMap, btree_map::Entry as Place},
    vec::Vec,
};
use core::ops::Bound;

use super::Node;
use crate::kernel::{
    Digest,
    entry::Entry,
    machine::{Lane, Ledgered, Verifier},
};

/// The newest event of one slot of a lane: the slot in the upper 8 bits, the entry's seq in the lower 56.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Receipt(u64);

const SEQ_BITS: u32 = 56;

impl Receipt {
    pub(super) fn new(slot: u8, seq: u64) -> Self {
        assert!(seq >> SEQ_BITS == 0, "entry {seq} is beyond what a receipt can name");
        Self(u64::from(slot) << SEQ_BITS | seq)
    }

    pub(super) fn slot(self) -> u8 {
        self.0.to_be_bytes()[0]
    }

    pub(super) fn seq(self) -> u64 {
        self.0 & ((1 << SEQ_BITS) - 1)
    }

    pub(super) fn to_bytes(self) -> [u8; 8] {
        self.0.to_be_bytes()
    }

    pub(super) fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(u64::from_be_bytes(bytes))
    }
}

/// The receipts of all lanes.
#[derive(Debug, Default)]
pub(super) struct Receipts {
    lanes: BTreeMap<Digest, Vec<Receipt>>,
    /// The lane that was looked at last, to see whether it is still open.
    swept: Option<Digest>,
}

impl Receipts {
    /// Keeps a receipt, unless a newer one has its slot: so receipts may be read back in any order.
    pub(super) fn keep(&mut self, lane: Digest, receipt: Receipt) {
        let receipts = match self.lanes.entry(lane) {
            Place::Occupied(place) => place.into_mut(),
            Place::Vacant(place) => place.insert(Vec::new()),
        };
        match receipts.iter_mut().find(|kept| kept.slot() == receipt.slot()) {
            Some(kept) if kept.seq() < receipt.seq() => *kept = receipt,
            Some(_) => {}
            None => {
                if receipts.len() == receipts.capacity() {
                    // there are a great many lanes: none has room for twice what it holds
                    receipts.reserve_exact(1 + receipts.len() / 4);
                }
                receipts.push(receipt);
            }
        }
    }

    /// The newest entry of this slot.
    pub(super) fn find(&self, lane: &Lane) -> Option<u64> {
        self.lanes.get(&lane.key)?.iter().find(|kept| kept.slot() == lane.slot).map(|kept| kept.seq())
    }

    /// The receipts of all lanes behind `lane`, in order.
    pub(super) fn behind(&self, lane: Option<Digest>) -> impl Iterator<Item = (&Digest, &[Receipt])> {
        let from = lane.map_or(Bound::Unbounded, Bound::Excluded);
        self.lanes.range((from, Bound::Unbounded)).map(|(lane, receipts)| (lane, receipts.as_slice()))
    }

    /// Looks at the next `count` lanes, and forgets those that are closed.
    pub(super) fn sweep(&mut self, count: usize, is_open: impl Fn(&Digest) -> bool) {
        let next: Vec<Digest> = self.behind(self.swept).take(count).map(|(lane, _)| *lane).collect();
        self.swept = next.last().filter(|_| next.len() == count).copied();
        next.iter().filter(|lane| !is_open(lane)).for_each(|lane| drop(self.lanes.remove(lane)));
    }
}

/// So many lanes are looked at after each group, beside one for each of its entries: lanes are made by entries, so all of them are
/// looked at again and again, and never many at once.
const SWEPT_A_GROUP: usize = 16;

impl<M: Ledgered, V: Verifier<M>> Node<M, V> {
    /// For how many lanes receipts are held.
    #[must_use]
    pub fn lanes(&self) -> usize {
        self.receipts.lanes.len()
    }

    /// For how many lanes (sessions, with the platform's machine) receipts are held, and in about how many bytes of memory.
    #[must_use]
    pub fn receipts_held(&self) -> (usize, usize) {
        let (lanes, mut bytes) = (&self.receipts.lanes, 0);
        for receipts in lanes.values() {
            bytes += receipts.capacity() * size_of::<Receipt>();
        }
        // a tree's nodes are two thirds full, as they grow
        (lanes.len(), bytes + lanes.len() * size_of::<(Digest, Vec<Receipt>)>() * 3 / 2)
    }

    /// Remembers which entry the event is, for when it comes again.
    pub(super) fn keep_receipt(&mut self, entry: &Entry<M>) {
        if let Some(Lane { key, slot }) = M::lane(&entry.event, &entry.id) {
            self.receipts.keep(key, Receipt::new(slot, entry.stamp.seq));
        }
    }

    /// Forgets some of the lanes in which no repeat can come any more.
    pub(super) fn sweep_receipts(&mut self, entries: usize) {
        let (state, at) = (&self.durable.state, self.durable.head.at);
        self.receipts.sweep(entries + SWEPT_A_GROUP, |lane| M::lane_open(state, lane, at));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(n: u8) -> Digest {
        Digest([n; 32])
    }

    #[test]
    fn a_receipt_is_a_slot_and_a_seq() {
        for (slot, seq) in [(0, 0), (64, 1), (255, (1 << 56) - 1)] {
            let receipt = Receipt::new(slot, seq);
            assert_eq!((receipt.slot(), receipt.seq()), (slot, seq));
        }
        assert_eq!(size_of::<Receipt>(), 8);
    }

    #[test]
    #[should_panic(expected = "beyond what a receipt can name")]
    fn an_entry_beyond_the_56th_bit_is_a_bug() {
        Receipt::new(0, 1 << 56);
    }

    #[test]
    fn the_newest_event_of_a_slot_stays_whatever_the_order() {
        for order in [[5, 9], [9, 5]] {
            let mut receipts = Receipts::default();
            order.iter().for_each(|seq| receipts.keep(lane(1), Receipt::new(3, *seq)));
            receipts.keep(lane(1), Receipt::new(4, 7));
            let find = |key, slot| receipts.find(&Lane { key, slot });
            assert_eq!(
                [find(lane(1), 3), find(lane(1), 4), find(lane(1), 5), find(lane(2), 3)],
                [Some(9), Some(7), None, None]
            );
        }
    }

    #[test]
    fn a_sweep_looks_at_some_lanes_and_goes_on_behind_them() {
        let mut receipts = Receipts::default();
        (0..10).for_each(|n| receipts.keep(lane(n), Receipt::new(0, u64::from(n))));
        let is_open = |lane: &Digest| lane.0[0].is_multiple_of(2);
        let mut left = Vec::new();
        for _ in 0..4 {
            receipts.sweep(3, is_open);
            left.push(receipts.lanes.len());
        }
        assert_eq!(left, [9, 7, 6, 5], "three at a time: 0-2, 3-5, 6-8, 9");
        receipts.sweep(3, |_| false);
        assert_eq!(receipts.lanes.len(), 2, "and from the front again, at once: 0, 2, 4");
    }
}
