//! The Merkle tree against an independent implementation (`ct-merkle`) and against the recursive definitions of RFC 6962, also
//! where proofs are wrong and sizes are the largest.

use alloc::{vec, vec::Vec};

use ct_merkle::{ConsistencyProof, InclusionProof, RootHash, mem_backed_tree::MemoryBackedTree};
use proptest::prelude::*;
use sha2::Sha256;

use super::{
    Frontier, check_consistency, check_inclusion, leaf_hash, node_hash, prove_consistency, prove_inclusion, root,
};
use crate::kernel::{Digest, Int};

fn lines(n: u64) -> Vec<[u8; 8]> {
    (0..n).map(u64::to_le_bytes).collect()
}

fn leaves(n: u64) -> Vec<Digest> {
    lines(n).iter().map(|line| leaf_hash(line)).collect()
}

fn theirs(n: u64) -> MemoryBackedTree<Sha256, Vec<u8>> {
    let mut tree = MemoryBackedTree::new();
    lines(n).iter().for_each(|line| tree.push(line.to_vec()));
    tree
}

fn flat(proof: &[Digest]) -> Vec<u8> {
    proof.iter().flat_map(|digest| digest.0).collect()
}

fn root_of_theirs(tree: &MemoryBackedTree<Sha256, Vec<u8>>) -> Digest {
    Digest((*tree.root().as_bytes()).into())
}

/// Whether both implementations take an inclusion proof; they must agree.
fn both_include(line: u64, index: u64, size: u64, proof: &[Digest], whole: &Digest) -> bool {
    let line = line.to_le_bytes();
    let ours = check_inclusion(&leaf_hash(&line), index, size, proof, whole);
    let theirs = RootHash::<Sha256>::new(whole.0.into(), size);
    let proof = InclusionProof::try_from_bytes(flat(proof)).expect("whole digests");
    assert_eq!(ours, theirs.verify_inclusion(&line.to_vec(), index, &proof).is_ok(), "{index} of {size}");
    ours
}

/// Whether both implementations take a consistency proof; they must agree.
fn both_consistent(old: u64, new: u64, proof: &[Digest], old_root: &Digest, new_root: &Digest) -> bool {
    let ours = check_consistency(old, new, proof, old_root, new_root);
    let (from, to) = (RootHash::<Sha256>::new(old_root.0.into(), old), RootHash::new(new_root.0.into(), new));
    let proof = ConsistencyProof::try_from_bytes(flat(proof)).expect("whole digests");
    assert_eq!(ours, to.verify_consistency(&from, &proof).is_ok(), "{old} to {new}");
    ours
}

/// A proof with one thing wrong: each hash missing, doubled, changed or moved, and one too many at either end.
fn damaged(proof: &[Digest]) -> Vec<Vec<Digest>> {
    let with = |change: &dyn Fn(&mut Vec<Digest>)| {
        let mut proof = proof.to_vec();
        change(&mut proof);
        proof
    };
    let mut all = vec![
        with(&|proof| proof.push(Digest::ZERO)),
        with(&|proof| proof.insert(0, Digest::ZERO)),
        with(&|proof| proof.resize(70, Digest::ZERO)),
    ];
    for at in 0..proof.len() {
        all.push(with(&|proof| proof.truncate(at)));
        all.push(with(&|proof| _ = proof.remove(at)));
        all.push(with(&|proof| proof.insert(at, proof[at])));
        all.push(with(&|proof| proof[at].0[31] ^= 1));
        all.push(with(&|proof| proof.rotate_left(at)));
    }
    all.retain(|changed| changed != proof);
    all
}

#[test]
fn every_root_and_proof_up_to_40_leaves_is_that_of_an_independent_implementation() {
    for n in 1..=40 {
        let (ours, tree) = (leaves(n), theirs(n));
        let whole = root(&ours);
        assert_eq!(whole, root_of_theirs(&tree));
        for index in 0..n {
            let proof = prove_inclusion(&ours, index as usize).expect("there is such a leaf");
            assert_eq!(flat(&proof), tree.prove_inclusion(index as usize).as_bytes());
            assert!(both_include(index, index, n, &proof, &whole));
        }
        assert_eq!(prove_inclusion(&ours, n as usize), None);
        for old in 1..=n {
            let proof = prove_consistency(&ours, old as usize).expect("there is such a size");
            assert_eq!(flat(&proof), tree.prove_consistency((n - old) as usize).as_bytes());
            assert!(both_consistent(old, n, &proof, &root(&ours[..old as usize]), &whole));
        }
        assert_eq!(prove_consistency(&ours, 0), None);
        assert_eq!(prove_consistency(&ours, n as usize + 1), None);
    }
}

#[test]
fn an_inclusion_proof_with_one_thing_wrong_proves_nothing() {
    for n in 1..=20 {
        let ours = leaves(n);
        let whole = root(&ours);
        for index in 0..n {
            let proof = prove_inclusion(&ours, index as usize).expect("there is such a leaf");
            for bad in damaged(&proof) {
                assert!(!both_include(index, index, n, &bad, &whole), "{index} of {n}");
            }
            assert!(!both_include(index + 1, index, n, &proof, &whole), "another leaf");
            assert!(!both_include(index, index, n, &proof, &Digest::ZERO), "another root");
            for other in (0..=n + 1).filter(|other| *other != index) {
                assert!(!both_include(index, other, n, &proof, &whole), "{index} at {other} of {n}");
            }
            // A size is bound by the signed checkpoint: another one of the same shape of path may pass, and does so in both.
            for size in 0..=2 * n + 1 {
                let taken = both_include(index, index, size, &proof, &whole);
                assert!(!taken || index < size, "{index} of {size}");
            }
        }
    }
}

#[test]
fn a_consistency_proof_with_one_thing_wrong_proves_nothing() {
    for n in 1..=20 {
        let ours = leaves(n);
        let whole = root(&ours);
        for old in 1..=n {
            let proof = prove_consistency(&ours, old as usize).expect("there is such a size");
            let first = root(&ours[..old as usize]);
            for bad in damaged(&proof) {
                assert!(!both_consistent(old, n, &bad, &first, &whole), "{old} to {n}");
            }
            assert!(!both_consistent(old, n, &proof, &Digest::ZERO, &whole), "another old root");
            assert!(!both_consistent(old, n, &proof, &first, &Digest::ZERO), "another new root");
            assert!(old == n || !both_consistent(old, n, &proof, &whole, &first), "roots swapped");
            for (from, to) in (0..=n + 1).flat_map(|from| (0..=2 * n).map(move |to| (from, to))) {
                let good = both_consistent(from, to, &proof, &first, &whole);
                assert!(!good || (0 < from && from <= to), "{from} to {to}");
            }
        }
    }
}

#[test]
fn trees_of_one_size_are_consistent_if_and_only_if_they_are_one_and_nothing_is_proven() {
    let (one, other) = (root(&leaves(7)), Digest([1; 32]));
    for size in [1, 2, 7, 8, Int::MAX.get(), u64::MAX] {
        assert!(check_consistency(size, size, &[], &one, &one));
        assert!(!check_consistency(size, size, &[], &one, &other));
        assert!(!check_consistency(size, size, &[], &other, &one));
        assert!(!check_consistency(size, size, &[one], &one, &one), "a proof that is not empty");
    }
}

#[test]
fn nothing_continues_the_empty_tree_and_no_tree_shrinks() {
    let (empty, whole) = (root(&[]), root(&leaves(3)));
    for proof in [&[][..], &[whole], &[empty, whole]] {
        assert!(!check_consistency(0, 0, proof, &empty, &empty));
        assert!(!check_consistency(0, 3, proof, &empty, &whole));
        assert!(!check_consistency(3, 0, proof, &whole, &empty));
        assert!(!check_consistency(4, 3, proof, &whole, &whole));
        assert!(!check_consistency(u64::MAX, 1, proof, &whole, &whole));
        assert!(!check_inclusion(&whole, 0, 0, proof, &whole));
    }
}

/// The largest power of two below n, for n >= 2.
fn split(n: u64) -> u64 {
    1 << (63 - (n - 1).leading_zeros())
}

/// The root that an inclusion proof leads to, by the definition of PATH (RFC 6962, 2.1.1); none if its length is wrong.
fn root_by_path(leaf: Digest, index: u64, size: u64, proof: &[Digest]) -> Option<Digest> {
    if size == 1 {
        return proof.is_empty().then_some(leaf);
    }
    let (beside, proof) = proof.split_last()?;
    let half = split(size);
    if index < half {
        Some(node_hash(&root_by_path(leaf, index, half, proof)?, beside))
    } else {
        Some(node_hash(beside, &root_by_path(leaf, index - half, size - half, proof)?))
    }
}

/// Both roots that a consistency proof leads to, by the definition of SUBPROOF (RFC 6962, 2.1.2); none if its length is wrong.
/// `whole`: the root of the first `old` leaves, as long as they are all of the subtree's ancestors' old leaves.
fn roots_by_subproof(old: u64, new: u64, proof: &[Digest], whole: Option<Digest>) -> Option<(Digest, Digest)> {
    if old == new {
        return match (whole, proof) {
            (Some(root), []) => Some((root, root)),
            (None, [root]) => Some((*root, *root)),
            _ => None,
        };
    }
    let (beside, proof) = proof.split_last()?;
    let half = split(new);
    if old <= half {
        let (first, second) = roots_by_subproof(old, half, proof, whole)?;
        Some((first, node_hash(&second, beside)))
    } else {
        let (first, second) = roots_by_subproof(old - half, new - half, proof, None)?;
        Some((node_hash(beside, &first), node_hash(beside, &second)))
    }
}

/// Sizes around powers of two up to the largest, and any others.
fn size() -> impl Strategy<Value = u64> {
    let edge = (0u32..64, 0u64..5).prop_map(|(bit, off)| (1u64 << bit).wrapping_add(off).wrapping_sub(2));
    prop_oneof![edge, any::<u64>(), 0u64..20, Just(Int::MAX.get()), Just(u64::MAX)]
}

fn digests() -> impl Strategy<Value = Vec<Digest>> {
    prop::collection::vec(any::<u8>().prop_map(|byte| Digest([byte; 32])), 0..70)
}

/// How long an inclusion proof is: one hash a level on which the leaf has something beside it.
fn path_len(index: u64, size: u64) -> usize {
    let fits = |len: &usize| root_by_path(Digest::ZERO, index, size, &vec![Digest::ZERO; *len]).is_some();
    (0..=64).find(fits).expect("a tree of 64 levels at most")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn inclusion_at_any_size_is_what_its_definition_says(a in size(), size in size(), hashes in digests()) {
        prop_assume!(size > 0);
        let (index, leaf) = (a % size, Digest([7; 32]));
        let exact: Vec<Digest> = (0..path_len(index, size)).map(|n| Digest([n as u8; 32])).collect();
        for proof in [&hashes, &exact] {
            match root_by_path(leaf, index, size, proof) {
                Some(root) => {
                    prop_assert!(check_inclusion(&leaf, index, size, proof, &root));
                    prop_assert!(!check_inclusion(&leaf, index, size, proof, &Digest::ZERO));
                }
                None => prop_assert!(!check_inclusion(&leaf, index, size, proof, &leaf)),
            }
        }
        prop_assert!(!check_inclusion(&leaf, size, size, &exact, &leaf));
    }

    #[test]
    fn consistency_at_any_size_is_what_its_definition_says(a in size(), new in size(), first in any::<u8>(), hashes in digests()) {
        prop_assume!(new > 0);
        let (old, first) = (1 + a % new, Digest([first; 32]));
        for len in 0..=hashes.len() {
            let proof = &hashes[..len];
            match roots_by_subproof(old, new, proof, Some(first)) {
                Some((one, two)) => {
                    prop_assert_eq!(check_consistency(old, new, proof, &first, &two), one == first);
                    prop_assert!(check_consistency(old, new, proof, &one, &two));
                    prop_assert!(!check_consistency(old, new, proof, &one, &Digest([200; 32])) || two == Digest([200; 32]));
                }
                None => prop_assert!(!check_consistency(old, new, proof, &first, &first)),
            }
        }
    }

    #[test]
    fn no_size_and_no_proof_makes_a_check_panic(a in size(), b in size(), hashes in digests()) {
        let any = Digest([1; 32]);
        prop_assert!(!check_inclusion(&any, a, b, &hashes, &Digest::ZERO));
        prop_assert!(!check_consistency(a, b, &hashes, &any, &Digest::ZERO));
    }
}

#[test]
fn the_frontier_has_the_root_at_every_size() {
    let ours = leaves(200);
    let mut frontier = Frontier::default();
    for n in 0..200 {
        assert_eq!(frontier.root(), root(&ours[..n]), "size {n}");
        let again = Frontier::from_parts(frontier.size(), frontier.peaks().to_vec());
        assert_eq!(again.as_ref(), Some(&frontier));
        frontier.push(ours[n]);
    }
}

#[test]
fn a_frontier_has_one_peak_a_bit_of_its_size() {
    let peaks = |n: usize| vec![Digest::ZERO; n];
    for (size, bits) in [(0, 0), (1, 1), (2, 1), (3, 2), (7, 3), (8, 1), (Int::MAX.get(), 53), (1 << 52, 1)] {
        for n in 0..=bits + 1 {
            assert_eq!(Frontier::from_parts(size, peaks(n)).is_some(), n == bits, "{n} peaks of {size}");
        }
    }
    assert_eq!(Frontier::from_parts(Int::MAX.get() + 1, peaks(1)), None, "no seq reaches that size");
    assert_eq!(Frontier::from_parts(u64::MAX, peaks(64)), None);
    let mut largest = Frontier::from_parts(Int::MAX.get(), peaks(53)).expect("fits");
    largest.push(Digest::ZERO);
    assert_eq!((largest.size(), largest.peaks().len()), (Int::MAX.get() + 1, 1));
}

#[test]
fn the_empty_tree_is_the_hash_of_nothing() {
    let text = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(Some(root(&[])), Digest::from_hex(text));
    assert_eq!(Frontier::default().root(), root(&[]));
    assert_eq!(prove_inclusion(&[], 0), None);
    assert_eq!(prove_consistency(&[], 0), None);
}
