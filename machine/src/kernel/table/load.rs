//! Making a whole trie of rows that come in the order of their places: each node is made once, hashed once, and never looked at again.

use alloc::{sync::Arc, vec::Vec};

use super::{
    Row,
    trie::{BITS, Growing, Leaf, Link, leaf_digest, slot},
};
use crate::kernel::digest::Digest;

/// The right edge of a trie that is being made.
#[derive(Clone, Debug)]
pub(super) struct Loading<R: Row> {
    /// The forks above the last row, from the root down, as many as are open; what is behind them is room.
    path: Vec<Growing<R>>,
    open: usize,
    /// The last row: into which fork it belongs, its successor says.
    last: Option<Last<R>>,
    rows: u64,
}

#[derive(Clone, Debug)]
struct Last<R: Row> {
    place: Digest,
    leaf: Arc<Leaf<R>>,
    digest: Digest,
}

impl<R: Row> Default for Loading<R> {
    fn default() -> Self {
        Self { path: Vec::new(), open: 0, last: None, rows: 0 }
    }
}

impl<R: Row> Loading<R> {
    /// Adds the row whose place comes next, and the digest of its value; false if the place does not come next.
    pub(super) fn push(&mut self, place: Digest, leaf: Leaf<R>, value: &Digest) -> bool {
        assert_eq!(self.open == 0 && self.last.is_none(), self.rows == 0, "the first row opens the root");
        let last = Last { place, leaf: Arc::new(leaf), digest: leaf_digest(&place, value) };
        if let Some(before) = self.last.take() {
            if before.place >= place {
                return false;
            }
            let shared = common(&before.place, &place);
            self.settle(before, shared);
        }
        self.rows += 1;
        self.last = Some(last);
        true
    }

    /// The trie, and how many rows it has.
    pub(super) fn finish(mut self) -> (Link<R>, u64) {
        let Some(last) = self.last.take() else { return (Link::Empty, 0) };
        if self.open == 0 {
            return (Link::Leaf(last.leaf), self.rows);
        }
        self.settle(last, 0);
        assert_eq!(self.open, 1, "the root is left");
        (self.path[0].finish().0, self.rows)
    }

    /// Puts a row into its fork: the one above its predecessor or the one above its successor, whichever lies deeper. `shared` is the
    /// level at which the successor parts from it: the forks below that are complete.
    fn settle(&mut self, row: Last<R>, shared: usize) {
        assert!(shared < Digest::ZERO.0.len() * 8 / BITS, "two rows have one place");
        self.open = self.open.max(shared + 1);
        while self.path.len() < self.open {
            self.path.push(Growing::empty());
        }
        let deepest = self.open - 1;
        self.path[deepest].push(slot(&row.place, deepest * BITS), Link::Leaf(row.leaf), row.digest);
        for level in (shared + 1..self.open).rev() {
            let (fork, digest) = self.path[level].finish();
            self.path[level - 1].push(slot(&row.place, (level - 1) * BITS), fork, digest);
        }
        self.open = shared + 1;
    }
}

/// The first level at which two places lie below different kids.
fn common(one: &Digest, other: &Digest) -> usize {
    let same = one.0.iter().zip(&other.0).take_while(|(one, other)| one == other).count();
    let bits = one.0.get(same).zip(other.0.get(same)).map_or(0, |(one, other)| (one ^ other).leading_zeros() as usize);
    (same * 8 + bits) / BITS
}
