//! The trie under a table: one bit of the hashed key a level, nodes shared until they change.

use alloc::{sync::Arc, vec::Vec};
use core::mem;

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

/// A place below which at least two leaves stand.
#[derive(Clone, Debug)]
pub(super) struct Fork<R: Row> {
    digest: Option<Digest>,
    kids: [Link<R>; 2],
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

    /// Puts a row into the whole trie and gives the leaf that it replaces.
    pub(super) fn replace(&mut self, key: &impl Locate<R::Key>, row: R) -> Option<Arc<Leaf<R>>> {
        let new = Leaf { key: key.key().clone(), row };
        match self {
            Link::Leaf(leaf) if leaf.key == new.key => Some(mem::replace(leaf, Arc::new(new))),
            Link::Empty | Link::Leaf(_) | Link::Fork(_) => self.put(0, &key.place(), new),
        }
    }

    fn get(&self, place: &Digest, key: &R::Key) -> Option<&R> {
        let mut link = self;
        for depth in 0.. {
            match link {
                Link::Empty => return None,
                Link::Leaf(leaf) => return (leaf.key == *key).then_some(&leaf.row),
                Link::Fork(fork) => link = &fork.kids[bit(place, depth)],
            }
        }
        None
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
                let fork = Arc::make_mut(fork);
                fork.digest = None;
                fork.kids[bit(place, depth)].put(depth + 1, place, new)
            }
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
                let fork = Arc::make_mut(fork);
                let old = fork.kids[bit(place, depth)].remove(depth + 1, place, key)?;
                fork.digest = None;
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

    pub(super) fn digest(&mut self) -> Digest {
        match self {
            Link::Empty => Digest::ZERO,
            Link::Leaf(leaf) => leaf_digest(&leaf.key.place(), &value_digest(&leaf.row)),
            Link::Fork(fork) => match fork.digest {
                Some(digest) => digest,
                None => Arc::make_mut(fork).digest(),
            },
        }
    }

    /// The siblings on the way to a place, from the root down, and what stands there. Digests must be fresh.
    pub(super) fn prove(&self, place: &Digest) -> Proof {
        let mut siblings = Vec::new();
        let mut link = self;
        while let Link::Fork(fork) = link {
            let side = bit(place, siblings.len());
            siblings.push(fork.kids[1 - side].clone().digest());
            link = &fork.kids[side];
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
                let below = fork.kids.iter().map(|kid| kid.assert_shape(depth + 1)).sum();
                assert!(below >= 2, "a fork at depth {depth} above {below} leaves");
                below
            }
        }
    }
}

impl<R: Row> Fork<R> {
    fn digest(&mut self) -> Digest {
        let [left, right] = &mut self.kids;
        let digest = fork_digest(&left.digest(), &right.digest());
        self.digest = Some(digest);
        digest
    }

    fn single_leaf(&self) -> Option<Link<R>> {
        match &self.kids {
            [Link::Empty, leaf @ Link::Leaf(_)] | [leaf @ Link::Leaf(_), Link::Empty] => Some(leaf.clone()),
            _ => None,
        }
    }
}

/// Forks down to the first bit in which two places differ.
fn split<R: Row>(depth: usize, old: (Digest, Link<R>), new: (Digest, Link<R>)) -> Link<R> {
    let (old_side, new_side) = (bit(&old.0, depth), bit(&new.0, depth));
    let mut kids = [Link::Empty, Link::Empty];
    if old_side == new_side {
        kids[old_side] = split(depth + 1, old, new);
    } else {
        kids[old_side] = old.1;
        kids[new_side] = new.1;
    }
    Link::Fork(Arc::new(Fork { digest: None, kids }))
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
