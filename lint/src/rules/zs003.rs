//! ZS003: a macro that cannot be looked into.

use super::{Group, Rule};

/// A macro that cannot be looked into.
pub(super) static RULE: Rule = Rule {
    id: "ZS003",
    title: "a macro that cannot be looked into",
    group: Group::Dependency,
    what: "Function-like, attribute and derive macros that are neither local nor on the list.",
    why: "Their expansion can be anything; the source does not show it.",
    instead: "Write the code out, use a listed macro, or read the macro and allow it in `zero-sim.toml`.",
    misses: "Arguments of an unknown macro are still looked at; what it adds is not.",
    message: "the expansion of `{}` cannot be seen",
    bad: r"struct State(u64);
fn apply(state: State) -> State {
    roll_dice!(state) //~ ZS003
}
",
    good: r"struct State(u64);
macro_rules! bump { ($state:expr) => { State($state.0.saturating_add(1)) }; }
fn apply(state: State) -> State {
    bump!(state)
}
",
    ..Rule::BASE
};
