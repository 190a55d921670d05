//! ZS905: bounded by the host.

use super::{Found, Group, Kind, Rule, View};
use crate::resolve::Type;
use crate::summary::FactKind;

/// Bounded by the host.
pub(super) static RULE: Rule = Rule {
    id: "ZS905",
    title: "bounded by the host",
    group: Group::Panic,
    what: "Recursion, capacities that come from outside, results of `try_reserve`, `catch_unwind`.",
    why: "The host's memory and stack decide whether it succeeds.",
    instead: "A loop with a stack of its own, a checked limit.",
    misses: "Recursion through function values and trait objects.",
    message: "`{}`: the host's memory decides whether it succeeds",
    bad: r"fn apply(depth: u64) -> u64 { //~ ZS905
    if depth == 0 { 0 } else { apply(depth - 1).saturating_add(1) }
}
fn reserve(asked: usize) -> Vec<u8> {
    Vec::with_capacity(asked) //~ ZS905
}
",
    good: r"fn apply(depth: u64) -> u64 {
    (0..depth).fold(0, |sum, _| sum.saturating_add(1))
}
fn reserve(asked: &[u8]) -> Vec<u8> {
    Vec::with_capacity(asked.len())
}
",
    paths: &["std::panic::catch_unwind", "std::panic::resume_unwind", "std::panic::panic_any", "std::panic::always_abort", "std::vec::Vec::try_reserve", "std::vec::Vec::try_reserve_exact", "std::string::String::try_reserve", "std::string::String::try_reserve_exact", "std::collections::VecDeque::try_reserve", "std::collections::TryReserveError", "std::vec::Vec::try_with_capacity", "stacker", "psm"],
    methods: &["try_reserve", "try_reserve_exact"],
    kinds: &[Kind::Capacity],
    check: Some(check),
    ..Rule::BASE
};

fn check(view: &View<'_>) -> Option<Found> {
    let FactKind::Capacity(of, name) = view.fact.kind else { return None };
    let own = match view.ty(of) {
        // A type of the workspace: what its function asks the allocator for is judged there.
        Type::Item(..) => true,
        Type::Unknown => view.world.has_method(view.gname(name), 1),
        _ => false,
    };
    (!own).then(|| Found::new("capacity"))
}
