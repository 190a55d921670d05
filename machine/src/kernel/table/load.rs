//! Making a whole trie of rows that come in the order of their places: each node is made once, hashed once, and never looked at again.

use alloc::{sync::Arc, vec::Vec};
use core::mem;

use super::{
    Row,
    trie::{BITS, Fork, Leaf, Link, leaf_digest, slot},
};
use crate::kernel::digest::Digest;

/// The right edge of a trie that is being made.
#[derive(Clone, Debug)]
pub(super) struct Loading<R: Row> {
    /// The forks above the last row, from the root down; none is closed yet.
    path: Vec<Fork<R>>,
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
        Self { path: Vec::new(), last: None, rows: 0 }
    }
}

impl<R: Row> Loading<R> {
    /// Adds the row whose place comes next, and the digest of its value; false if the place does not come next.
    pub(super) fn push(&mut self, place: Digest, leaf: Leaf<R>, value: &Digest) -> bool {
        let last = Last { place, leaf: Arc::new(leaf), digest: leaf_digest(&place, value) };
        if let Some(before) = self.last.take() {
            if before.place >= place {
                return false;
            }
            self.settle(&before, common(&before.place, &place));
        }
        self.rows += 1;
        self.last = Some(last);
        true
    }

    /// The trie, and how many rows it has.
    pub(super) fn finish(mut self) -> (Link<R>, u64) {
        let Some(last) = self.last.take() else { return (Link::Empty, 0) };
        if self.path.is_empty() {
            return (Link::Leaf(last.leaf), self.rows);
        }
        self.settle(&last, 0);
        assert_eq!(self.path.len(), 1, "the root is left");
        let root = self.path.pop().map_or(Link::Empty, |root| Link::Fork(Arc::new(root)));
        (root, self.rows)
    }

    /// Puts a row into its fork: the one above its predecessor or the one above its successor, whichever lies deeper. `shared` is the
    /// level at which the successor parts from it: the forks below that are complete.
    fn settle(&mut self, row: &Last<R>, shared: usize) {
        while self.path.len() <= shared {
            self.path.push(Fork::empty());
        }
        let deepest = self.path.len() - 1;
        self.path[deepest].set(slot(&row.place, deepest * BITS), Link::Leaf(Arc::clone(&row.leaf)), row.digest);
        for level in (shared + 1..self.path.len()).rev() {
            let fork = mem::replace(&mut self.path[level], Fork::empty());
            let digest = fork.digest();
            self.path[level - 1].set(slot(&row.place, (level - 1) * BITS), Link::Fork(Arc::new(fork)), digest);
        }
        self.path.truncate(shared + 1);
    }
}

/// The first level at which two places lie below different kids.
fn common(one: &Digest, other: &Digest) -> usize {
    let same = one.0.iter().zip(&other.0).take_while(|(one, other)| one == other).count();
    let bits = one.0.get(same).zip(other.0.get(same)).map_or(0, |(one, other)| (one ^ other).leading_zeros() as usize);
    (same * 8 + bits) / BITS
}
