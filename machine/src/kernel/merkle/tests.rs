//! The Merkle tree against an independent implementation (`ct-merkle`), and proofs that must fail.

use alloc::vec::Vec;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use sha2::Sha256;

use super::{Frontier, check_consistency, check_inclusion, leaf_hash, prove_consistency, prove_inclusion, root};
use crate::kernel::Digest;

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

proptest! {
    #[test]
    fn roots_and_proofs_are_those_of_an_independent_implementation(n in 1u64..70, a in 0u64..70, b in 1u64..70) {
        let (index, old) = (a % n, 1 + b % n);
        let (ours, tree) = (leaves(n), theirs(n));
        let whole = root(&ours);
        prop_assert_eq!(whole, root_of_theirs(&tree));
        let inclusion = prove_inclusion(&ours, index as usize).expect("there is such a leaf");
        prop_assert_eq!(flat(&inclusion), tree.prove_inclusion(index as usize).as_bytes().to_vec());
        prop_assert!(check_inclusion(&ours[index as usize], index, n, &inclusion, &whole));
        prop_assert!(!check_inclusion(&ours[index as usize], (index + 1) % n, n, &inclusion, &whole) || n == 1);
        let consistency = prove_consistency(&ours, old as usize).expect("there is such a size");
        prop_assert_eq!(flat(&consistency), tree.prove_consistency((n - old) as usize).as_bytes().to_vec());
        let old_root = root(&ours[..old as usize]);
        prop_assert!(check_consistency(old, n, &consistency, &old_root, &whole));
        prop_assert!(!check_consistency(old, n, &consistency, &Digest([1; 32]), &whole));
        prop_assert!(!check_consistency(old, n, &consistency, &old_root, &Digest([1; 32])));
    }

    #[test]
    fn any_damage_to_a_proof_makes_it_worthless(n in 2u64..70, a in 0u64..70, at in 0usize..8, longer in any::<bool>()) {
        let index = a % n;
        let ours = leaves(n);
        let whole = root(&ours);
        let mut proof = prove_inclusion(&ours, index as usize).expect("there is such a leaf");
        if longer { proof.push(Digest::ZERO) } else { let at = at % proof.len(); proof[at].0[3] ^= 1; }
        prop_assert!(!check_inclusion(&ours[index as usize], index, n, &proof, &whole));
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
    assert_eq!(Frontier::from_parts(3, Vec::new()), None);
}

#[test]
fn the_empty_tree_is_the_hash_of_nothing() {
    let text = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(Some(root(&[])), Digest::from_hex(text));
    assert_eq!(prove_inclusion(&[], 0), None);
    assert_eq!(prove_consistency(&leaves(3), 4), None);
    assert!(!check_consistency(0, 3, &[], &root(&[]), &root(&leaves(3))));
}
