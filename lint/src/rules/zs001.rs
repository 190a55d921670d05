//! ZS001: a name from outside that is on no list.

use super::{Group, Rule};

/// A name from outside that is on no list.
pub(super) static RULE: Rule = Rule {
    id: "ZS001",
    title: "a name from outside that is on no list",
    group: Group::Dependency,
    what: "Any path that leaves the linted code and is not on the list of pure names: `core`, `alloc`, the pure part of `std`, and well-known pure crates.",
    why: "Nobody has looked whether it reads a clock, a generator or the host. Deny by default: a name that nobody thought of is a finding, not a pass.",
    instead: "Use a listed crate, write the few lines yourself, or read the crate and allow the path in `zero-sim.toml` (`allow = [\"crate::path\"]`).",
    misses: "A value that a listed crate hands out may carry anything; core signatures may only name listed types, so it has to come in by inference.",
    message: "`{}` is on no list of pure names",
    bad: r"use mystery_box::shuffle; // its source is nowhere to be seen
fn apply(deck: &mut Vec<u8>) {
    shuffle(deck); //~ ZS001
}
",
    good: r"fn apply(deck: &mut Vec<u8>, order: &[usize]) {
    deck.sort_by_key(|card| order.get(usize::from(*card)).copied());
}
",
    ..Rule::BASE
};
