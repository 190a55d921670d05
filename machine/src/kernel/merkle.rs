//! The Merkle tree over the ledger's lines (RFC 6962): frontier, root, inclusion and consistency.

use alloc::vec::Vec;

use super::{canonical::Int, digest::Digest};
use crate::bug;

/// The hash of a leaf: SHA-256(0x00 || data).
#[must_use]
pub fn leaf_hash(data: &[u8]) -> Digest {
    Digest::untagged(&[&[0], data])
}

fn node_hash(left: &Digest, right: &Digest) -> Digest {
    Digest::untagged(&[&[1], &left.0, &right.0])
}

/// The right edge of a growing tree: the roots of its full subtrees, the largest first; at most 53 digests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Digest>,
}

impl Frontier {
    /// A frontier from its parts; none if the number of peaks does not fit the size, or the size is over 2^53-1, which no
    /// seq reaches.
    #[must_use]
    pub fn from_parts(size: u64, peaks: Vec<Digest>) -> Option<Self> {
        let fits = size <= Int::MAX.get() && peaks.len() == usize::try_from(size.count_ones()).ok()?;
        fits.then_some(Self { size, peaks })
    }

    /// How many leaves the tree has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the full subtrees, the largest first.
    #[must_use]
    pub fn peaks(&self) -> &[Digest] {
        &self.peaks
    }

    /// Appends a leaf hash.
    pub fn push(&mut self, leaf: Digest) {
        let mut node = leaf;
        for _ in 0..self.size.trailing_ones() {
            let Some(left) = self.peaks.pop() else { bug!("{} leaves have too few full subtrees", self.size) };
            node = node_hash(&left, &node);
        }
        self.peaks.push(node);
        self.size += 1;
    }

    /// The tree's root; of the empty tree SHA-256 of nothing.
    #[must_use]
    pub fn root(&self) -> Digest {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else { return Digest::untagged(&[]) };
        peaks.fold(*last, |right, left| node_hash(left, &right))
    }
}

/// The root over leaf hashes.
#[must_use]
pub fn root(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => Digest::untagged(&[]),
        [leaf] => *leaf,
        many => {
            let (left, right) = many.split_at(largest_power_below(many.len()));
            node_hash(&root(left), &root(right))
        }
    }
}

/// The inclusion proof of leaf `index` in the tree over all `leaves` (RFC 6962, 2.1.1); none if there is no such leaf.
#[must_use]
pub fn prove_inclusion(leaves: &[Digest], index: usize) -> Option<Vec<Digest>> {
    (index < leaves.len()).then(|| path(leaves, index))
}

fn path(leaves: &[Digest], index: usize) -> Vec<Digest> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let half = largest_power_below(leaves.len());
    let (left, right) = leaves.split_at(half);
    let (mut proof, beside) =
        if index < half { (path(left, index), root(right)) } else { (path(right, index - half), root(left)) };
    proof.push(beside);
    proof
}

/// The consistency proof from the first `old` leaves to all of them (RFC 6962, 2.1.2); none if 0 < old <= n does not hold.
#[must_use]
pub fn prove_consistency(leaves: &[Digest], old: usize) -> Option<Vec<Digest>> {
    (0 < old && old <= leaves.len()).then(|| subproof(leaves, old, true))
}

fn subproof(leaves: &[Digest], old: usize, whole: bool) -> Vec<Digest> {
    if old == leaves.len() {
        return if whole { Vec::new() } else { Vec::from([root(leaves)]) };
    }
    let half = largest_power_below(leaves.len());
    let (left, right) = leaves.split_at(half);
    let (mut proof, beside) = if old <= half {
        (subproof(left, old, whole), root(right))
    } else {
        (subproof(right, old - half, false), root(left))
    };
    proof.push(beside);
    proof
}

/// The largest power of two below `n`, for n >= 2.
fn largest_power_below(n: usize) -> usize {
    n.next_power_of_two() / 2
}

/// Whether `proof` shows that the leaf stands at `index` in the tree of `size` leaves with this root (RFC 9162, 2.1.3.2).
#[must_use]
pub fn check_inclusion(leaf: &Digest, index: u64, size: u64, proof: &[Digest], root: &Digest) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last, mut hash) = (index, size - 1, *leaf);
    for beside in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(beside, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, beside);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether `proof` shows that the tree of `new` leaves continues the tree of `old` leaves (RFC 9162, 2.1.4.2).
#[must_use]
pub fn check_consistency(old: u64, new: u64, proof: &[Digest], old_root: &Digest, new_root: &Digest) -> bool {
    if old == 0 || old > new {
        return false;
    }
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    let mut proof = proof.iter();
    let shift = (old - 1).trailing_ones();
    let (mut at, mut last) = ((old - 1) >> shift, (new - 1) >> shift);
    let start = if old.is_power_of_two() { Some(old_root) } else { proof.next() };
    let Some(start) = start else { return false };
    let (mut first, mut second) = (*start, *start);
    for beside in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            first = node_hash(beside, &first);
            second = node_hash(beside, &second);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            second = node_hash(&second, beside);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && first == *old_root && second == *new_root
}

#[cfg(test)]
mod tests;
