//! ZS997: nothing linted.

use super::{Group, Rule};

/// Nothing linted.
pub(super) static RULE: Rule = Rule {
    id: "ZS997",
    title: "nothing linted",
    group: Group::Meta,
    what: "No file was linted.",
    why: "Green over nothing means nothing.",
    instead: "Give a path, a `zero-sim.toml`, or a crate that implements `Machine`.",
    misses: "Nothing.",
    message: "nothing was linted: {}",
    ..Rule::BASE
};
