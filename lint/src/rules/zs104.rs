//! ZS104: no logical time.

use super::{Default, Group, Rule};

/// No logical time.
pub(super) static RULE: Rule = Rule {
    id: "ZS104",
    title: "no logical time",
    group: Group::Time,
    default: Default::OptIn,
    what: "An entry function without a time among its parameters, while the state has fields that look like times.",
    why: "Where should such a field's value come from, if not from a clock?",
    instead: "Give the entry function the tick.",
    misses: "It goes by names: `at`, `tick`, `deadline`, `expires` and the like.",
    message: "`{}` takes no time, but its state keeps one",
    ..Rule::BASE
};
