//! ZS993: a configuration line that matches nothing.

use super::{Group, Rule};

/// A configuration line that matches nothing.
pub(super) static RULE: Rule = Rule {
    id: "ZS993",
    title: "a configuration line that matches nothing",
    group: Group::Meta,
    what: "An entry of `zero-sim.toml` that no file, crate or path matches.",
    why: "It looks like protection, and is none.",
    instead: "Correct it or take it out.",
    misses: "Nothing.",
    message: "{}",
    ..Rule::BASE
};
