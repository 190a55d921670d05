//! ZS202: a hidden seed.

use super::{Group, Rule};

/// A hidden seed.
pub(super) static RULE: Rule = Rule {
    id: "ZS202",
    title: "a hidden seed",
    group: Group::Random,
    what: "`RandomState` and other hashers with a key per process; back-off and jitter crates.",
    why: "The key differs in every process, so every hash does.",
    instead: "Use ordered collections; hash with a specified function.",
    misses: "A hasher that comes in as a generic parameter.",
    message: "`{}` has a key that differs in every process",
    bad: r"use std::hash::{BuildHasher, RandomState};
fn apply(name: &str) -> u64 {
    RandomState::new().hash_one(name) //~ ZS202
}
",
    good: r"fn apply(name: &str) -> u64 {
    name.bytes().fold(14_695_981_039_346_656_037, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(1_099_511_628_211))
}
",
    paths: &["std::hash::RandomState", "ahash::RandomState", "ahash::AHasher", "foldhash::fast::RandomState", "foldhash::quality::RandomState", "hashbrown::DefaultHashBuilder", "hashbrown::hash_map::DefaultHashBuilder", "backoff", "backon", "exponential_backoff", "tokio_retry", "retry", "again", "rand::rngs::ReadRng", "gxhash::GxBuildHasher", "rapidhash::RandomState", "rapidhash::fast::RandomState"],
    ..Rule::BASE
};
