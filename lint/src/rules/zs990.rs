//! ZS990: a waiver without a reason or an id.

use super::{Group, Rule};

/// A waiver without a reason or an id.
pub(super) static RULE: Rule = Rule {
    id: "ZS990",
    title: "a waiver without a reason or an id",
    group: Group::Meta,
    what: "`// zero-sim: allow(..)` that names no rule, or gives no reason.",
    why: "Nobody can judge later whether it still holds; it waives nothing.",
    instead: "`// zero-sim: allow(ZS401, reason = \"why\")`.",
    misses: "Nothing.",
    message: "{}",
    ..Rule::BASE
};
