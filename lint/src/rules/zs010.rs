//! ZS010: advice: the crate is not no_std.

use super::{Default, Group, Rule};

/// Advice: the crate is not no_std.
pub(super) static RULE: Rule = Rule {
    id: "ZS010",
    title: "advice: the crate is not no_std",
    group: Group::Dependency,
    default: Default::Contentious,
    what: "A pure crate whose root does not say `#![no_std]`.",
    why: "No breach by itself. But `no_std` makes the compiler prove what this linter only checks: no clock, no files, no environment, no hash maps with random keys.",
    instead: "Add `#![no_std]` and `extern crate alloc;`.",
    misses: "Nothing.",
    message: "`{}` is not `#![no_std]`: the compiler could prove half of this",
    ..Rule::BASE
};
