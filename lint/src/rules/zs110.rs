//! ZS110: a thin layer that takes a domain event apart.

use super::{Group, Rule};

/// A thin layer that takes a domain event apart.
pub(super) static RULE: Rule = Rule {
    id: "ZS110",
    title: "a thin layer that takes a domain event apart",
    group: Group::Dependency,
    what: "In a thin layer: a pattern that names a variant of a machine's event.",
    why: "A business rule in an adapter is a rule that the simulator does not run and the ledger does not show.",
    instead: "Move the decision into the machine; the adapter moves bytes.",
    misses: "Events that are compared through methods.",
    message: "`{}` is a domain event: decide in the machine",
    ..Rule::BASE
};
