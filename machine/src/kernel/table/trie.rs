//! The trie under a table: four bits of the hashed key a level, nodes shared until they change.
//!
//! The tree that is hashed is binary; here four of its levels are one node, which holds the kids that there are, and the digest of each.
//! So a look-up follows few pointers, and a row costs little beside itself.

use alloc::{sync::Arc, vec::Vec};
use core::{iter, mem, ops::RangeInclusive};

use super::{Locate, Proof, ProofLeaf, Row, value_digest};
use crate::{bug, kernel::digest::Digest};

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
    /// At least two leaves stand below: which slots have a kid, one bit each from the lowest on, and those kids in order.
    Fork(Slots, Arc<[Kid<R>]>),
}

/// How many bits of a place a fork tells apart.
pub(super) const BITS: usize = 4;
/// How many slots that makes.
const WIDTH: usize = 1 << BITS;
/// A set of slots.
type Slots = u16;

/// What stands in one slot of a fork; never [`Link::Empty`] but while it is being changed.
#[derive(Clone, Debug)]
pub(super) struct Kid<R: Row> {
    link: Link<R>,
    /// Zeros if the kid changed since its digest was asked last.
    digest: Digest,
}

impl<R: Row> Kid<R> {
    const NONE: Self = Self { link: Link::Empty, digest: Digest::ZERO };

    fn changed(link: Link<R>) -> Self {
        Self { link, digest: Digest::ZERO }
    }
}

/// How many kids stand before a slot.
fn index(slots: Slots, slot: usize) -> usize {
    assert!(slot < WIDTH, "slot {slot} of {WIDTH}");
    (slots & ((1 << slot) - 1)).count_ones() as usize
}

fn has(slots: Slots, slot: usize) -> bool {
    slots >> slot & 1 == 1
}

impl<R: Row> Link<R> {
    /// The row of a key; whose place is only hashed where there is more than one.
    pub(super) fn find(&self, key: &impl Locate<R::Key>) -> Option<&R> {
        let leaf = match self {
            Link::Empty => return None,
            Link::Leaf(leaf) => leaf,
            Link::Fork(..) => self.leaf_at(&key.place())?,
        };
        (leaf.key == *key.key()).then_some(&leaf.row)
    }

    /// The one leaf that may be that of a place.
    fn leaf_at(&self, place: &Digest) -> Option<&Arc<Leaf<R>>> {
        let (mut link, mut depth) = (self, 0);
        while let Link::Fork(slots, kids) = link {
            let slot = slot(place, depth);
            if !has(*slots, slot) {
                return None;
            }
            link = &kids[index(*slots, slot)].link;
            depth += BITS;
        }
        let Link::Leaf(leaf) = link else { return None };
        Some(leaf)
    }

    pub(super) fn is_fork(&self) -> bool {
        matches!(self, Link::Fork(..))
    }

    /// Puts a leaf into the whole trie and gives the one that it replaces; `place` is its key's, if it was hashed.
    pub(super) fn replace(&mut self, place: Option<Digest>, new: Arc<Leaf<R>>) -> Option<Arc<Leaf<R>>> {
        match self {
            Link::Leaf(leaf) if leaf.key == new.key => Some(mem::replace(leaf, new)),
            Link::Empty | Link::Leaf(_) | Link::Fork(..) => self.put(0, &place.unwrap_or_else(|| new.key.place()), new),
        }
    }

    /// Puts a leaf below this link and gives the one that it replaces.
    fn put(&mut self, depth: usize, place: &Digest, new: Arc<Leaf<R>>) -> Option<Arc<Leaf<R>>> {
        match self {
            Link::Empty => {
                *self = Link::Leaf(new);
                None
            }
            Link::Leaf(leaf) if leaf.key == new.key => Some(mem::replace(leaf, new)),
            Link::Leaf(leaf) => {
                let old_place = leaf.key.place();
                let old = mem::replace(self, Link::Empty);
                *self = split(depth, (old_place, old), (*place, Link::Leaf(new)));
                None
            }
            Link::Fork(slots, kids) => {
                let slot = slot(place, depth);
                if has(*slots, slot) {
                    let kid = &mut Arc::make_mut(kids)[index(*slots, slot)];
                    kid.digest = Digest::ZERO;
                    return kid.link.put(depth + BITS, place, new);
                }
                *kids = with(kids, index(*slots, slot), Kid::changed(Link::Leaf(new)));
                *slots |= 1 << slot;
                None
            }
        }
    }

    /// Notes the digest of the value that stands at a place, if a leaf stands there: it will not be made again.
    pub(super) fn know(&mut self, place: &Digest, value: &Digest) {
        let (mut link, mut depth) = (self, 0);
        while let Link::Fork(slots, kids) = link {
            let slot = slot(place, depth);
            if !has(*slots, slot) {
                return;
            }
            let kid = &mut Arc::make_mut(kids)[index(*slots, slot)];
            if matches!(kid.link, Link::Leaf(_)) {
                kid.digest = leaf_digest(place, value);
                return;
            }
            link = &mut kid.link;
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
                Link::Empty | Link::Fork(..) => bug!("a leaf is none any more"),
            },
            Link::Fork(slots, kids) => {
                let slot = slot(place, depth);
                if !has(*slots, slot) {
                    return None;
                }
                let at = index(*slots, slot);
                let kid = &mut Arc::make_mut(kids)[at];
                let old = kid.link.remove(depth + BITS, place, key)?;
                kid.digest = Digest::ZERO;
                if matches!(kid.link, Link::Empty) {
                    *kids = without(kids, at);
                    *slots &= !(1 << slot);
                }
                if let [Kid { link: single @ Link::Leaf(_), .. }] = &**kids {
                    *self = single.clone();
                }
                Some(old)
            }
        }
    }

    pub(super) fn for_each(&self, each: &mut impl FnMut(&Leaf<R>)) {
        match self {
            Link::Empty => {}
            Link::Leaf(leaf) => each(leaf),
            Link::Fork(_, kids) => kids.iter().for_each(|kid| kid.link.for_each(each)),
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
            Link::Fork(slots, kids) => (0..WIDTH).filter(|slot| has(*slots, *slot)).zip(&**kids).all(|(slot, kid)| {
                let shift = (u64::BITS as usize).checked_sub(depth + BITS);
                let base = shift.map_or(base, |shift| base | (slot as u64) << shift);
                let last = base | shift.map_or(0, |shift| (1 << shift) - 1);
                last < *range.start() || *range.end() < base || kid.link.below(depth + BITS, base, range, each)
            }),
        }
    }

    pub(super) fn digest(&mut self) -> Digest {
        match self {
            Link::Empty => Digest::ZERO,
            Link::Leaf(leaf) => leaf_digest(&leaf.key.place(), &value_digest(&leaf.row)),
            Link::Fork(slots, kids) => {
                if kids.iter().any(|kid| kid.digest == Digest::ZERO) {
                    let changed = Arc::make_mut(kids).iter_mut().filter(|kid| kid.digest == Digest::ZERO);
                    changed.for_each(|kid| kid.digest = kid.link.digest());
                }
                Part::whole(*slots, kids).digest()
            }
        }
    }

    /// The siblings on the way to a place, from the root down, and what stands there. Digests must be fresh.
    pub(super) fn prove(&self, place: &Digest) -> Proof {
        let (mut siblings, mut link, mut depth) = (Vec::new(), self, 0);
        while let Link::Fork(slots, kids) = link {
            let mut part = Part::whole(*slots, kids);
            while part.width > 1 && !part.is_alone() {
                let (low, high) = part.halves();
                let (own, beside) = if bit(place, depth) == 0 { (low, high) } else { (high, low) };
                siblings.push(beside.digest());
                part = own;
                depth += 1;
            }
            assert!(part.kids.len() <= 1, "the way to a place ends at one kid, not {}", part.kids.len());
            link = part.kids.first().map_or(&Link::Empty, |kid| &kid.link);
        }
        let leaf = match link {
            Link::Leaf(leaf) => Some(ProofLeaf { place: leaf.key.place(), value: value_digest(&leaf.row) }),
            Link::Empty | Link::Fork(..) => None,
        };
        Proof { leaf, siblings }
    }

    /// Counts the leaves, asserting that every fork has the kids that its slots name, and stands above at least two leaves.
    pub(super) fn assert_shape(&self, depth: usize) -> u64 {
        match self {
            Link::Empty => 0,
            Link::Leaf(_) => 1,
            Link::Fork(slots, kids) => {
                assert_eq!(slots.count_ones() as usize, kids.len(), "the slots of a fork at depth {depth}");
                assert!(kids.iter().all(|kid| !matches!(kid.link, Link::Empty)), "an empty kid at depth {depth}");
                let below = kids.iter().map(|kid| kid.link.assert_shape(depth + BITS)).sum();
                assert!(below >= 2, "a fork at depth {depth} above {below} leaves");
                below
            }
        }
    }
}

/// Kids with one more at an index. Nobody else's are cloned.
fn with<R: Row>(kids: &mut Arc<[Kid<R>]>, at: usize, new: Kid<R>) -> Arc<[Kid<R>]> {
    assert!(kids.len() < WIDTH && at <= kids.len(), "a kid at {at} beside {}", kids.len());
    if let Some(own) = Arc::get_mut(kids) {
        let (before, behind) = own.split_at_mut(at);
        let taken = |kid| mem::replace(kid, Kid::NONE);
        return before.iter_mut().map(taken).chain(iter::once(new)).chain(behind.iter_mut().map(taken)).collect();
    }
    let (before, behind) = kids.split_at(at);
    before.iter().cloned().chain(iter::once(new)).chain(behind.iter().cloned()).collect()
}

/// Kids without the one at an index, which was emptied.
fn without<R: Row>(kids: &mut Arc<[Kid<R>]>, at: usize) -> Arc<[Kid<R>]> {
    assert!(matches!(kids[at].link, Link::Empty), "a kid that stands goes");
    let own = Arc::get_mut(kids).unwrap_or_else(|| bug!("kids that were just changed are shared"));
    let (before, behind) = own.split_at_mut(at);
    before.iter_mut().chain(&mut behind[1..]).map(|kid| mem::replace(kid, Kid::NONE)).collect()
}

/// Adjacent slots of a fork, their number a power of two: a node of the binary tree.
#[derive(Clone, Copy)]
struct Part<'a, R: Row> {
    slots: Slots,
    kids: &'a [Kid<R>],
    width: usize,
}

impl<'a, R: Row> Part<'a, R> {
    fn whole(slots: Slots, kids: &'a [Kid<R>]) -> Self {
        Self { slots, kids, width: WIDTH }
    }

    fn halves(&self) -> (Self, Self) {
        assert!(self.width > 1, "one slot has no halves");
        let width = self.width / 2;
        let (low, high) = self.kids.split_at(index(self.slots, width));
        let slots = self.slots & ((1 << width) - 1);
        (Self { slots, kids: low, width }, Self { slots: self.slots >> width, kids: high, width })
    }

    /// Whether it holds one leaf, or nothing: no node of the binary tree stands above less than two leaves.
    fn is_alone(&self) -> bool {
        matches!(self.kids, [] | [Kid { link: Link::Leaf(_), .. }])
    }

    /// The digests of the kids must be fresh.
    fn digest(&self) -> Digest {
        match self.kids {
            [] => Digest::ZERO,
            [kid] if self.width == 1 || self.is_alone() => {
                assert_ne!(kid.digest, Digest::ZERO, "the digest of a kid that changed was not made again");
                kid.digest
            }
            _ => {
                let (low, high) = self.halves();
                fork_digest(&low.digest(), &high.digest())
            }
        }
    }
}

/// A fork whose kids come in the order of their slots, with their digests.
#[derive(Clone, Debug)]
pub(super) struct Growing<R: Row> {
    slots: Slots,
    kids: Vec<Kid<R>>,
}

impl<R: Row> Growing<R> {
    pub(super) fn empty() -> Self {
        Self { slots: 0, kids: Vec::new() }
    }

    pub(super) fn push(&mut self, slot: usize, link: Link<R>, digest: Digest) {
        assert!(self.slots >> slot == 0 && digest != Digest::ZERO, "kids come in order: {slot} after {:b}", self.slots);
        self.slots |= 1 << slot;
        self.kids.push(Kid { link, digest });
    }

    /// The fork and its digest; what grows next here begins anew.
    pub(super) fn finish(&mut self) -> (Link<R>, Digest) {
        let digest = Part::whole(self.slots, &self.kids).digest();
        (Link::Fork(mem::take(&mut self.slots), self.kids.drain(..).collect()), digest)
    }
}

/// Forks down to the first bits in which two places differ.
fn split<R: Row>(depth: usize, old: (Digest, Link<R>), new: (Digest, Link<R>)) -> Link<R> {
    assert_ne!(old.0, new.0, "two keys have one place");
    let (old_slot, new_slot) = (slot(&old.0, depth), slot(&new.0, depth));
    let kids = match old_slot.cmp(&new_slot) {
        core::cmp::Ordering::Less => Arc::from([old.1, new.1].map(Kid::changed)),
        core::cmp::Ordering::Equal => Arc::from([Kid::changed(split(depth + BITS, old, new))]),
        core::cmp::Ordering::Greater => Arc::from([new.1, old.1].map(Kid::changed)),
    };
    Link::Fork(1 << old_slot | 1 << new_slot, kids)
}

/// Which slot of a fork at this depth a place lies below, the most significant bits first.
pub(super) fn slot(place: &Digest, depth: usize) -> usize {
    usize::from(place.0[depth / 8] >> (8 - BITS - depth % 8)) & (WIDTH - 1)
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
