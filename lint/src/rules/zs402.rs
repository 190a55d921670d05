//! ZS402: a fixed hasher, but an order nobody specified.

use super::{Group, Rule};

/// A fixed hasher, but an order nobody specified.
pub(super) static RULE: Rule = Rule {
    id: "ZS402",
    title: "a fixed hasher, but an order nobody specified",
    group: Group::CollectionOrder,
    what: "`HashMap` with `FxHasher`, `BuildHasherDefault` or the like; rustc_hash, fxhash, nohash, fnv's maps.",
    why: "The order depends on the capacity's history, the pointer width, the SIMD group width and the library's version.",
    instead: "`BTreeMap`, or an index map with a fixed hasher.",
    misses: "A hasher behind a generic parameter.",
    message: "`{}` has an order that capacity, pointer width and version decide",
    bad: r"use rustc_hash::FxHashMap;
fn apply(points: &FxHashMap<u32, u64>) -> usize { //~ ZS402
    points.len()
}
",
    good: r"use std::collections::BTreeMap;
fn apply(points: &BTreeMap<u32, u64>) -> usize {
    points.len()
}
",
    paths: &["rustc_hash", "fxhash", "nohash", "nohash_hasher", "fnv::FnvHashMap", "fnv::FnvHashSet", "fnv::FnvBuildHasher", "foldhash::fast::FixedState", "foldhash::quality::FixedState", "intmap", "identity_hash", "twox_hash::RandomXxHashBuilder64", "integer_hasher", "std::hash::BuildHasherDefault", "foldhash", "gxhash", "rapidhash", "wyhash", "metrohash", "seahash::State"],
    ..Rule::BASE
};
