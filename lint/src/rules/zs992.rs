//! ZS992: an unknown rule id.

use super::{Group, Rule};

/// An unknown rule id.
pub(super) static RULE: Rule = Rule {
    id: "ZS992",
    title: "an unknown rule id",
    group: Group::Meta,
    what: "A waiver, a configuration or a command line that names a rule that does not exist.",
    why: "It silences nothing, and nobody notices.",
    instead: "`zero-sim rules` lists the ids.",
    misses: "Nothing.",
    message: "{}",
    ..Rule::BASE
};
