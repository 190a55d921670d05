//! ZS994: a stale baseline entry.

use super::{Group, Rule};

/// A stale baseline entry.
pub(super) static RULE: Rule = Rule {
    id: "ZS994",
    title: "a stale baseline entry",
    group: Group::Meta,
    what: "An entry of the baseline whose finding is gone.",
    why: "It would cover a new mistake of the same kind.",
    instead: "`zero-sim baseline prune`.",
    misses: "Nothing.",
    message: "{}",
    ..Rule::BASE
};
