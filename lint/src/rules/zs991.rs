//! ZS991: an unused or expired waiver.

use super::{Group, Rule};

/// An unused or expired waiver.
pub(super) static RULE: Rule = Rule {
    id: "ZS991",
    title: "an unused or expired waiver",
    group: Group::Meta,
    what: "A waiver that covers no finding, or whose `until` has passed.",
    why: "A waiver that is left behind covers the next mistake.",
    instead: "Take it out.",
    misses: "Nothing.",
    message: "{}",
    ..Rule::BASE
};
