//! ZS903: effects in debug builds only.

use super::{Found, Group, Kind, Rule, View};

/// Effects in debug builds only.
pub(super) static RULE: Rule = Rule {
    id: "ZS903",
    title: "effects in debug builds only",
    group: Group::Panic,
    what: "A `debug_assert!` whose argument calls something or borrows mutably; code under `if cfg!(debug_assertions)`.",
    why: "It runs in one profile only.",
    instead: "Do the work outside of the assertion, and assert the result.",
    misses: "Whether the call changes anything; calls that visibly only look are let through.",
    message: "`{}` runs in one profile only",
    bad: r"fn apply(stack: &mut Vec<u64>) -> usize {
    debug_assert!(take(stack)); //~ ZS903
    stack.len()
}
fn take(stack: &mut Vec<u64>) -> bool { stack.pop().is_some() }
",
    good: r"fn apply(stack: &mut Vec<u64>) -> usize {
    let taken = stack.pop();
    debug_assert!(taken.is_some());
    stack.len()
}
",
    kinds: &[Kind::Shape],
    check: Some(check),
    ..Rule::BASE
};

fn check(view: &View<'_>) -> Option<Found> {
    view.one_of(&[(crate::summary::Shape::DebugEffect, "debug_assertions")])
}
