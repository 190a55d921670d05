//! Tables against a plain ordered map and against the specification's recursive definition of the digest.

use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString as _},
    vec::Vec,
};
use core::fmt;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ProofError, Row, RowKey, Table, changes::AnyTable as _, place};
use crate::kernel::{Digest, Int, canonical};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Count {
    n: Int,
}

#[derive(Clone, Debug, PartialEq)]
struct Name(String);

impl fmt::Display for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl RowKey for Name {
    fn parse(text: &str) -> Option<Self> {
        Some(Self(text.to_string()))
    }
}

impl Row for Count {
    const TABLE: &'static str = "counts";
    type Key = Name;
}

fn count(n: u64) -> Count {
    Count { n: Int::saturating(n) }
}

/// The specification's words, one by one: no trie, no cache.
fn naive_digest(depth: usize, leaves: &[(Digest, Digest)]) -> Digest {
    match leaves {
        [] => Digest::ZERO,
        [(place, value)] => Digest::untagged(&[&[0], &place.0, &value.0]),
        many => {
            let side = |which: u8| -> Vec<_> {
                many.iter().copied().filter(|(place, _)| place.0[depth / 8] >> (7 - depth % 8) & 1 == which).collect()
            };
            let (left, right) = (naive_digest(depth + 1, &side(0)), naive_digest(depth + 1, &side(1)));
            Digest::untagged(&[&[1], &left.0, &right.0])
        }
    }
}

fn digest_of_map(map: &BTreeMap<String, u64>) -> Digest {
    let leaves: Vec<_> =
        map.iter().map(|(key, n)| (place(key), Digest::untagged(&[&canonical::to_bytes(&count(*n))]))).collect();
    naive_digest(0, &leaves)
}

#[derive(Clone, Debug)]
enum Op {
    Put(String, u64),
    Remove(String),
    Digest,
    Snapshot,
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let key = || (0..40u32).prop_map(|n| format!("key{n}"));
    let op = prop_oneof![
        4 => (key(), 0..1000u64).prop_map(|(key, n)| Op::Put(key, n)),
        2 => key().prop_map(Op::Remove),
        1 => Just(Op::Digest),
        1 => Just(Op::Snapshot),
    ];
    proptest::collection::vec(op, 0..120)
}

proptest! {
    #[test]
    fn a_table_is_an_ordered_map_whose_digest_and_proofs_depend_on_content_alone(ops in ops()) {
        let mut table = Table::<Count>::default();
        let mut map = BTreeMap::new();
        let mut kept = Vec::new();
        for op in ops {
            match op {
                Op::Put(key, n) => { table.put(Name(key.clone()), count(n)); map.insert(key, n); }
                Op::Remove(key) => { table.remove(&Name(key.clone())); map.remove(&key); }
                Op::Digest => prop_assert_eq!(table.digest(), digest_of_map(&map)),
                Op::Snapshot => kept.push((table.clone(), map.clone())),
            }
        }
        kept.push((table, map));
        for (mut table, map) in kept {
            table.assert_valid();
            prop_assert_eq!(table.rows(), map.len() as u64);
            let digest = table.digest();
            prop_assert_eq!(digest, digest_of_map(&map));
            for n in 0..45 {
                let key = format!("key{n}");
                let held = map.get(&key).map(|n| canonical::to_bytes(&count(*n)));
                prop_assert_eq!(table.get(&Name(key.clone())).cloned(), map.get(&key).map(|n| count(*n)));
                let proof = table.prove(&Name(key.clone()));
                prop_assert_eq!(proof.check(&digest, &key, held.as_deref()), Ok(()));
                let lie = if held.is_some() { None } else { Some(b"{\"n\":1}".as_slice()) };
                prop_assert_eq!(proof.check(&digest, &key, lie), Err(ProofError::Row));
                prop_assert_eq!(proof.check(&Digest([7; 32]), &key, held.as_deref()), Err(ProofError::Digest));
            }
        }
    }

    #[test]
    fn changes_are_net_and_sorted(before in ops(), after in ops()) {
        let mut table = Table::<Count>::default();
        let mut map = BTreeMap::new();
        let run = |table: &mut Table<Count>, map: &mut BTreeMap<String, u64>, ops: Vec<Op>| for op in ops {
            match op {
                Op::Put(key, n) => { table.put(Name(key.clone()), count(n % 3)); map.insert(key, n % 3); }
                Op::Remove(key) => { table.remove(&Name(key.clone())); map.remove(&key); }
                Op::Digest | Op::Snapshot => {}
            }
        };
        run(&mut table, &mut map, before);
        table.begin();
        let old = map.clone();
        run(&mut table, &mut map, after);
        let mut changed = Vec::new();
        table.changed(&mut changed);
        let keys: alloc::collections::BTreeSet<_> = old.keys().chain(map.keys()).collect();
        let differ = keys.into_iter().filter(|key| old.get(*key) != map.get(*key));
        let expected: String = differ.map(|key| match map.get(key) {
            Some(n) => format!(r#"["{}","{key}",{{"n":{n}}}],"#, Count::TABLE),
            None => format!(r#"["{}","{key}"],"#, Count::TABLE),
        }).collect();
        prop_assert_eq!(String::from_utf8_lossy(&changed), expected);
    }
}

#[test]
fn forks_above_one_fork_alone_come_and_go() {
    let key = |n: u64| format!("key{n}");
    let (mut table, mut map) = (Table::<Count>::default(), BTreeMap::new());
    for n in 0..600 {
        table.put(Name(key(n)), count(n));
        map.insert(key(n), n);
    }
    let kept = table.clone();
    for n in 0..600 {
        if n % 40 == 0 {
            let digest = table.digest();
            assert_eq!(digest, digest_of_map(&map), "{n} of 600 removed");
            for asked in [0, n, 599, 600] {
                let held = map.get(&key(asked)).map(|n| canonical::to_bytes(&count(*n)));
                assert_eq!(table.prove(&Name(key(asked))).check(&digest, &key(asked), held.as_deref()), Ok(()));
            }
            table.begin();
            table.assert_valid();
        }
        table.remove(&Name(key(n)));
        map.remove(&key(n));
    }
    assert_eq!((table.rows(), table.digest()), (0, Digest::ZERO));
    assert_eq!(kept.rows(), 600, "a clone keeps its rows");
    kept.assert_valid();
}

#[test]
fn a_proof_with_a_foreign_leaf_or_too_many_siblings_is_refused() {
    let mut table = Table::<Count>::default();
    for n in 0..20 {
        table.put(Name(format!("key{n}")), count(n));
    }
    let digest = table.digest();
    let good = table.prove(&Name("key3".into()));
    let value = canonical::to_bytes(&count(3));
    let other = table.prove(&Name("key4".into()));
    let mut foreign = good.clone();
    foreign.leaf = other.leaf;
    assert!(foreign.check(&digest, "key3", Some(&value)).is_err());
    let mut deep = good.clone();
    deep.siblings.resize(257, Digest::ZERO);
    assert_eq!(deep.check(&digest, "key3", Some(&value)), Err(ProofError::TooDeep));
    assert_eq!(good.check(&digest, "key3", Some(&value)), Ok(()));
}

/// The same table, made of rows that come in the order of their places.
#[test]
fn a_table_that_is_loaded_is_the_one_that_was_written_row_by_row() {
    for rows in [0, 1, 2, 3, 5, 17, 64, 65, 300, 1_000] {
        let mut table = Table::<Count>::default();
        (0..rows).for_each(|n| table.put(Name(format!("key{n}")), count(n)));
        let mut loaded = Table::<Count>::default();
        table.rows_in(0..=u64::MAX, &mut |place, key, value| {
            assert_eq!(loaded.load(key, value), Some(place));
            true
        });
        loaded.loaded();
        loaded.assert_valid();
        assert_eq!((loaded.rows(), loaded.digest()), (rows, table.digest()), "{rows} rows");
        loaded.put(Name("more".into()), count(7));
        table.put(Name("more".into()), count(7));
        for n in 0..rows {
            assert_eq!(loaded.get(&Name(format!("key{n}"))), Some(&count(n)));
            if n % 3 == 0 {
                loaded.remove(&Name(format!("key{n}")));
                table.remove(&Name(format!("key{n}")));
            }
        }
        loaded.assert_valid();
        assert_eq!(loaded.digest(), table.digest());
    }
}

#[test]
fn rows_that_are_loaded_out_of_order_or_twice_or_are_none_are_not_taken() {
    let mut table = Table::<Count>::default();
    (0..20).for_each(|n| table.put(Name(format!("key{n}")), count(n)));
    let mut rows = Vec::new();
    table.rows_in(0..=u64::MAX, &mut |_, key, value| {
        rows.push((String::from(key), value.to_vec()));
        true
    });
    let mut loaded = Table::<Count>::default();
    assert!(loaded.load(&rows[1].0, &rows[1].1).is_some());
    assert!(loaded.load(&rows[1].0, &rows[1].1).is_none(), "twice");
    let mut loaded = Table::<Count>::default();
    assert!(loaded.load(&rows[1].0, &rows[1].1).is_some());
    assert!(loaded.load(&rows[0].0, &rows[0].1).is_none(), "out of order");
    assert!(Table::<Count>::default().load("key1", b"{\"m\":1}").is_none(), "no row");
    let mut forged = Table::<Count>::default();
    assert!(forged.load(&rows[0].0, b"{ \"n\":0}").is_some(), "the digest is made of the bytes as they stand");
    assert!(forged.load(&rows[1].0, &rows[1].1).is_some());
    forged.loaded();
    let mut right = Table::<Count>::default();
    rows[..2].iter().for_each(|(key, value)| assert!(right.load(key, value).is_some()));
    right.loaded();
    assert_ne!(forged.digest(), right.digest());
}

#[test]
fn rows_of_a_range_of_places_come_in_order_and_stop_when_told() {
    let mut table = Table::<Count>::default();
    (0..200).for_each(|n| table.put(Name(format!("key{n}")), count(n)));
    let all = |range: core::ops::RangeInclusive<u64>| {
        let mut places = Vec::new();
        table.rows_in(range, &mut |place, _, _| {
            places.push(place);
            true
        });
        places
    };
    let places = all(0..=u64::MAX);
    assert!(places.len() == 200 && places.is_sorted());
    for (at, place) in places.iter().enumerate() {
        assert_eq!(all(*place..=*place), [*place]);
        assert_eq!(all(*place..=u64::MAX), places[at..]);
        assert_eq!(all(0..=*place), places[..=at]);
        let mut seen = 0;
        table.rows_in(*place..=u64::MAX, &mut |_, _, _| {
            seen += 1;
            seen < 3
        });
        assert_eq!(seen, 3.min(200 - at));
    }
    assert_eq!(all(places[3] + 1..=places[4] - 1), Vec::<u64>::new());
}

#[test]
fn an_undone_entry_leaves_rows_and_digest_as_they_were_and_no_change() {
    let mut table = Table::<Count>::default();
    (0..50).for_each(|n| table.put(Name(format!("key{n}")), count(n)));
    let (before, digest) = (table.clone(), table.digest());
    table.begin();
    (40..60).for_each(|n| table.put(Name(format!("key{n}")), count(n + 1)));
    (0..10).for_each(|n| table.remove(&Name(format!("key{n}"))));
    table.put(Name("key5".into()), count(99));
    let mut changed = Vec::new();
    table.changed(&mut changed);
    assert!(!changed.is_empty());
    table.undo();
    changed.clear();
    table.changed(&mut changed);
    assert!(changed.is_empty(), "{}", String::from_utf8_lossy(&changed));
    table.assert_valid();
    assert_eq!((table.rows(), table.digest()), (before.rows(), digest));
    (0..60).for_each(|n| assert_eq!(table.get(&Name(format!("key{n}"))), before.get(&Name(format!("key{n}")))));
}

#[test]
fn every_row_that_an_entry_touches_is_told_by_its_place() {
    let mut table = Table::<Count>::default();
    table.put(Name("alone".into()), count(1));
    let mut touched = Vec::new();
    table.touched(&mut |place| touched.push(place));
    assert_eq!(touched, [super::prefix(&place("alone"))]);
    table.begin();
    table.touched(&mut |_| panic!("nothing was touched yet"));
}

/// Counts what is looked up and written in tables, so that a test can hold an event to a number of steps.
pub(crate) mod steps {
    use std::{cell::Cell, thread_local};

    thread_local! {
        static STEPS: Cell<u64> = const { Cell::new(0) };
    }

    /// One row was looked up, visited, written or removed.
    pub(in crate::kernel::table) fn count() {
        STEPS.set(STEPS.get() + 1);
    }

    /// How many steps `work` takes on this thread.
    pub(crate) fn of(work: impl FnOnce()) -> u64 {
        let before = STEPS.get();
        work();
        STEPS.get() - before
    }
}
