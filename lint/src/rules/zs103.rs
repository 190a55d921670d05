//! ZS103: a clock's type.

use super::{Group, Rule};

/// A clock's type.
pub(super) static RULE: Rule = Rule {
    id: "ZS103",
    title: "a clock's type",
    group: Group::Time,
    what: "`Instant` and `SystemTime` in signatures, fields, aliases and variables; `Duration` is fine.",
    why: "A value of such a type can only come from a clock, so some helper reads one.",
    instead: "Keep times as ticks: an integer that events carry.",
    misses: "A type that is only inferred.",
    message: "a value of `{}` can only come from a clock",
    bad: r"use std::time::Instant;
struct State {
    since: Option<Instant>, //~ ZS103
}
fn apply(state: State) -> State { state }
",
    good: r"struct State {
    since: Option<u64>,
}
fn apply(state: State) -> State { state }
",
    paths: &["std::time::Instant", "std::time::SystemTime", "std::time::SystemTimeError"],
    ..Rule::BASE
};
