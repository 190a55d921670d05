//! ZS995: a file that is no Rust.

use super::{Group, Rule};

/// A file that is no Rust.
pub(super) static RULE: Rule = Rule {
    id: "ZS995",
    title: "a file that is no Rust",
    group: Group::Meta,
    what: "A file that `syn` cannot parse.",
    why: "What is not read is not linted.",
    instead: "Correct it; `rustc` says more.",
    misses: "Nothing.",
    message: "not parsed: {}",
    ..Rule::BASE
};
