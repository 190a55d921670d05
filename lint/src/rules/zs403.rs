//! ZS403: an unspecified hash function.

use super::{Group, Rule};

/// An unspecified hash function.
pub(super) static RULE: Rule = Rule {
    id: "ZS403",
    title: "an unspecified hash function",
    group: Group::CollectionOrder,
    what: "`DefaultHasher` and `SipHasher` as a digest.",
    why: "The algorithm may change with the toolchain, and `Hash` feeds widths and lengths that depend on the target.",
    instead: "A specified hash function over a canonical encoding: SHA-256.",
    misses: "`derive(Hash)` fed into a specified hash function.",
    message: "the algorithm of `{}` may change with the toolchain",
    bad: r"use std::hash::{DefaultHasher, Hash, Hasher};
fn apply(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new(); //~ ZS403
    name.hash(&mut hasher);
    hasher.finish()
}
",
    good: r"use sha2::{Digest, Sha256};
fn apply(name: &str) -> Vec<u8> {
    Sha256::digest(name.as_bytes()).to_vec()
}
",
    paths: &["std::hash::DefaultHasher", "std::hash::SipHasher", "std::hash::SipHasher13", "std::hash::SipHasher24"],
    ..Rule::BASE
};
