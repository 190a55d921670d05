//! ZS004: a glob import from outside.

use super::{Group, Rule};

/// A glob import from outside.
pub(super) static RULE: Rule = Rule {
    id: "ZS004",
    title: "a glob import from outside",
    group: Group::Dependency,
    what: "`use other_crate::*`, also of `std`.",
    why: "Which names it brings in is decided by the version of the other crate: an upgrade can put a different thing behind a name that is used here.",
    instead: "Import the names that are used.",
    misses: "A glob of the standard prelude is let through; the language brings it in anyway.",
    message: "`{}` brings in whatever the other crate's version has",
    bad: r"use std::time::*; //~ ZS004
fn apply(wait: Duration) -> u64 {
    wait.as_secs()
}
",
    good: r"use std::time::Duration;
fn apply(wait: Duration) -> u64 {
    wait.as_secs()
}
",
    ..Rule::BASE
};
