//! ZS020: hidden source.

use super::{Group, Rule};

/// Hidden source.
pub(super) static RULE: Rule = Rule {
    id: "ZS020",
    title: "hidden source",
    group: Group::Dependency,
    what: "A module or an `include!` that cannot be read, or that lies outside of its crate.",
    why: "Code that is not looked at cannot be vouched for; a file outside of the crate does not travel with it.",
    instead: "Put the file into the crate, or generate it before linting.",
    misses: "A `.rs` file that no module names is no part of the program and is passed over.",
    message: "source that cannot be vouched for: {}",
    bad: r"mod missing; //~ ZS020
fn apply() {}
",
    good: r"mod present { pub fn double(x: u64) -> u64 { x.saturating_mul(2) } }
fn apply(x: u64) -> u64 { present::double(x) }
",
    ..Rule::BASE
};
