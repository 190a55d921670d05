//! The trie under a table: two bits of the hashed key a level, nodes shared until they change.
//!
//! The tree that is hashed is binary; here two of its levels are one node, which holds the digests of what is below it. So a
//! look-up follows half as many pointers, and hashing a changed path looks at nothing beside it.

use alloc::{sync::Arc, vec::Vec};
use core::{mem, ops::RangeInclusive};

use super::{Locate, Proof, ProofLeaf, Row, value_digest};
use crate::kernel::digest::Digest;

/// A row with its key. Its place is recomputed when needed: 32 bytes a row matter more than a hash now and then.
#[derive(Clone, Debug)]
pub(super) struct Leaf<R: Row> {
    pub(super) key: R::Key,
    pub(super) row: R,
}

/// What stands at one place of the trie.
#[derive(Clone, Debug)]
pub(super) enum Link<R: Row> {
    Empty,
    Leaf(Arc<Leaf<R>>),
    Fork(Arc<Fork<R>>),
}

/// How many bits of a place a fork tells apart.
pub(super) const BITS: usize = 2;

/// A place below which at least two leaves stand.
#[derive(Clone, Debug)]
pub(super) struct Fork<R: Row> {
    kids: [Link<R>; 1 << BITS],
    /// The digest of each kid; zeros for an empty one, and for one that changed since it was asked last.
    digests: [Digest; 1 << BITS],
}

impl<R: Row> Link<R> {
    /// The row of a key; whose place is only hashed where there is more than one.
    pub(super) fn find(&self, key: &impl Locate<R::Key>) -> Option<&R> {
        match self {
            Link::Empty => None,
            Link::Leaf(leaf) => (leaf.key == *key.key()).then_some(&leaf.row),
            Link::Fork(_) => self.get(&key.place(), key.key()),
        }
    }

    /// The same, where the place may have been hashed before.
    pub(super) fn find_at(&self, key: &R::Key, place: Option<Digest>) -> Option<&R> {
        match place {
            Some(place) => self.get(&place, key),
            None => self.find(key),
        }
    }

    pub(super) fn is_fork(&self) -> bool {
        matches!(self, Link::Fork(_))
    }

    /// Puts a row into the whole trie and gives the leaf that it replaces; `place` is the key's, if it was hashed.
    pub(super) fn replace(&mut self, key: &impl Locate<R::Key>, place: Option<Digest>, row: R) -> Option<Arc<Leaf<R>>> {
        let new = Leaf { key: key.key().clone(), row };
        match self {
            Link::Leaf(leaf) if leaf.key == new.key => Some(mem::replace(leaf, Arc::new(new))),
            Link::Empty | Link::Leaf(_) | Link::Fork(_) => self.put(0, &place.unwrap_or_else(|| key.place()), new),
        }
    }

    fn get(&self, place: &Digest, key: &R::Key) -> Option<&R> {
        let (mut link, mut depth) = (self, 0);
        while let Link::Fork(fork) = link {
            link = &fork.kids[slot(place, depth)];
            depth += BITS;
        }
        match link {
            Link::Leaf(leaf) => (leaf.key == *key).then_some(&leaf.row),
            Link::Empty | Link::Fork(_) => None,
        }
    }

    /// Puts a leaf below this link and gives the one that it replaces.
    fn put(&mut self, depth: usize, place: &Digest, new: Leaf<R>) -> Option<Arc<Leaf<R>>> {
        match self {
            Link::Empty => {
                *self = Link::Leaf(Arc::new(new));
                None
            }
            Link::Leaf(leaf) if leaf.key == new.key => Some(mem::replace(leaf, Arc::new(new))),
            Link::Leaf(leaf) => {
                let old_place = leaf.key.place();
                let old = mem::replace(self, Link::Empty);
                *self = split(depth, (old_place, old), (*place, Link::Leaf(Arc::new(new))));
                None
            }
            Link::Fork(fork) => {
                let (fork, at) = (Arc::make_mut(fork), slot(place, depth));
                fork.digests[at] = Digest::ZERO;
                fork.kids[at].put(depth + BITS, place, new)
            }
        }
    }

    /// Notes the digest of the value that stands at a place, if a leaf stands there: it will not be made again.
    pub(super) fn know(&mut self, place: &Digest, value: &Digest) {
        let (mut link, mut depth) = (self, 0);
        while let Link::Fork(fork) = link {
            let (fork, at) = (Arc::make_mut(fork), slot(place, depth));
            if matches!(fork.kids[at], Link::Leaf(_)) {
                fork.digests[at] = leaf_digest(place, value);
                return;
            }
            link = &mut fork.kids[at];
            depth += BITS;
        }
    }

    /// Takes the leaf of a key out, and folds a fork above a single leaf into that leaf.
    pub(super) fn remove(&mut self, depth: usize, place: &Digest, key: &R::Key) -> Option<Arc<Leaf<R>>> {
        match self {
            Link::Empty => None,
            Link::Leaf(leaf) if leaf.key != *key => None,
            Link::Leaf(_) => match mem::replace(self, Link::Empty) {
                Link::Leaf(leaf) => Some(leaf),
                Link::Empty | Link::Fork(_) => None,
            },
            Link::Fork(fork) => {
                let (fork, at) = (Arc::make_mut(fork), slot(place, depth));
                let old = fork.kids[at].remove(depth + BITS, place, key)?;
                fork.digests[at] = Digest::ZERO;
                if let Some(single) = fork.single_leaf() {
                    *self = single;
                }
                Some(old)
            }
        }
    }

    pub(super) fn for_each(&self, each: &mut impl FnMut(&Leaf<R>)) {
        match self {
            Link::Empty => {}
            Link::Leaf(leaf) => each(leaf),
            Link::Fork(fork) => fork.kids.iter().for_each(|kid| kid.for_each(each)),
        }
    }

    /// Calls `each` with the leaves whose place has a prefix in this range, in order, until it says false; gives what it said last.
    pub(super) fn for_each_in(
        &self,
        range: &RangeInclusive<u64>,
        each: &mut impl FnMut(&Digest, &Leaf<R>) -> bool,
    ) -> bool {
        self.below(0, 0, range, each)
    }

    /// The same below the link at this depth, where all places begin with the bits of `base`.
    fn below(
        &self,
        depth: usize,
        base: u64,
        range: &RangeInclusive<u64>,
        each: &mut impl FnMut(&Digest, &Leaf<R>) -> bool,
    ) -> bool {
        match self {
            Link::Empty => true,
            Link::Leaf(leaf) => {
                let place = leaf.key.place();
                !range.contains(&super::prefix(&place)) || each(&place, leaf)
            }
            Link::Fork(fork) => fork.kids.iter().zip(0_u64..).all(|(kid, bits)| {
                let shift = (u64::BITS as usize).checked_sub(depth + BITS);
                let base = shift.map_or(base, |shift| base | bits << shift);
                let last = base | shift.map_or(0, |shift| (1 << shift) - 1);
                last < *range.start() || *range.end() < base || kid.below(depth + BITS, base, range, each)
            }),
        }
    }

    pub(super) fn digest(&mut self) -> Digest {
        match self {
            Link::Empty => Digest::ZERO,
            Link::Leaf(leaf) => leaf_digest(&leaf.key.place(), &value_digest(&leaf.row)),
            Link::Fork(fork) => {
                if !fork.is_fresh() {
                    Arc::make_mut(fork).refresh();
                }
                fork.digest()
            }
        }
    }

    /// The siblings on the way to a place, from the root down, and what stands there. Digests must be fresh.
    pub(super) fn prove(&self, place: &Digest) -> Proof {
        let (mut siblings, mut link, mut depth) = (Vec::new(), self, 0);
        while let Link::Fork(fork) = link {
            let at = slot(place, depth);
            siblings.push(fork.half(at & 2 ^ 2));
            link = match fork.alone(at & 2) {
                Some(alone) => alone,
                None => {
                    siblings.push(fork.digests[at ^ 1]);
                    &fork.kids[at]
                }
            };
            depth += BITS;
        }
        let leaf = match link {
            Link::Leaf(leaf) => Some(ProofLeaf { place: leaf.key.place(), value: value_digest(&leaf.row) }),
            Link::Empty | Link::Fork(_) => None,
        };
        Proof { leaf, siblings }
    }

    /// Counts the leaves, asserting that no fork stands above fewer than two.
    pub(super) fn assert_shape(&self, depth: usize) -> u64 {
        match self {
            Link::Empty => 0,
            Link::Leaf(_) => 1,
            Link::Fork(fork) => {
                let below = fork.kids.iter().map(|kid| kid.assert_shape(depth + BITS)).sum();
                assert!(below >= 2, "a fork at depth {depth} above {below} leaves");
                below
            }
        }
    }
}

impl<R: Row> Fork<R> {
    pub(super) fn empty() -> Self {
        Self { kids: [const { Link::Empty }; 1 << BITS], digests: [Digest::ZERO; 1 << BITS] }
    }

    /// Puts a kid whose digest is known where there is none yet.
    pub(super) fn set(&mut self, at: usize, kid: Link<R>, digest: Digest) {
        assert!(matches!(self.kids[at], Link::Empty), "two kids in one place");
        self.kids[at] = kid;
        self.digests[at] = digest;
    }

    /// Whether every kid's digest is known.
    fn is_fresh(&self) -> bool {
        self.kids.iter().zip(&self.digests).all(|(kid, digest)| *digest != Digest::ZERO || matches!(kid, Link::Empty))
    }

    /// Asks every kid for its digest that may have changed.
    fn refresh(&mut self) {
        for (kid, digest) in self.kids.iter_mut().zip(&mut self.digests) {
            if *digest == Digest::ZERO {
                *digest = kid.digest();
            }
        }
    }

    pub(super) fn digest(&self) -> Digest {
        fork_digest(&self.half(0), &self.half(2))
    }

    /// The digest of the two kids from `at` on: one level below this fork's own.
    fn half(&self, at: usize) -> Digest {
        match self.alone(at) {
            Some(Link::Empty) => Digest::ZERO,
            Some(_) if matches!(self.kids[at], Link::Empty) => self.digests[at + 1],
            Some(_) => self.digests[at],
            None => fork_digest(&self.digests[at], &self.digests[at + 1]),
        }
    }

    /// The one leaf, or the nothing, that the two kids from `at` on hold; none if they hold more.
    fn alone(&self, at: usize) -> Option<&Link<R>> {
        match (&self.kids[at], &self.kids[at + 1]) {
            (Link::Empty, alone @ (Link::Empty | Link::Leaf(_))) | (alone @ Link::Leaf(_), Link::Empty) => Some(alone),
            _ => None,
        }
    }

    fn single_leaf(&self) -> Option<Link<R>> {
        let mut held = self.kids.iter().filter(|kid| !matches!(kid, Link::Empty));
        match (held.next(), held.next()) {
            (Some(leaf @ Link::Leaf(_)), None) => Some(leaf.clone()),
            _ => None,
        }
    }
}

/// Forks down to the first bits in which two places differ.
fn split<R: Row>(depth: usize, old: (Digest, Link<R>), new: (Digest, Link<R>)) -> Link<R> {
    let (old_slot, new_slot) = (slot(&old.0, depth), slot(&new.0, depth));
    let mut kids = [const { Link::Empty }; 1 << BITS];
    if old_slot == new_slot {
        kids[old_slot] = split(depth + BITS, old, new);
    } else {
        kids[old_slot] = old.1;
        kids[new_slot] = new.1;
    }
    Link::Fork(Arc::new(Fork { kids, digests: [Digest::ZERO; 1 << BITS] }))
}

/// Which kid of a fork at this depth a place lies below, the most significant bits first. Past the last bits only equal
/// hashes could meet.
pub(super) fn slot(place: &Digest, depth: usize) -> usize {
    usize::from(place.0[depth / 8] >> (8 - BITS - depth % 8) & ((1 << BITS) - 1))
}

/// Bit `depth` of a place, the most significant first. Past the last bit only equal hashes could meet.
pub(super) fn bit(place: &Digest, depth: usize) -> usize {
    usize::from(place.0[depth / 8] >> (7 - depth % 8) & 1)
}

pub(super) fn leaf_digest(place: &Digest, value: &Digest) -> Digest {
    Digest::untagged(&[&[0], &place.0, &value.0])
}

pub(super) fn fork_digest(left: &Digest, right: &Digest) -> Digest {
    Digest::untagged(&[&[1], &left.0, &right.0])
}
