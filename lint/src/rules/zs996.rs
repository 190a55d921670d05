//! ZS996: an entry point that is not there.

use super::{Group, Rule};

/// An entry point that is not there.
pub(super) static RULE: Rule = Rule {
    id: "ZS996",
    title: "an entry point that is not there",
    group: Group::Meta,
    what: "An entry point of the configuration or the command line that names no function.",
    why: "Nothing would be reached, and everything would be green.",
    instead: "Correct the path: `crate::module::Type::function`.",
    misses: "Nothing.",
    message: "entry point `{}` not found",
    ..Rule::BASE
};
