//! ZS302: float literals.

use super::{Found, Group, Kind, Rule, View};

/// Float literals.
pub(super) static RULE: Rule = Rule {
    id: "ZS302",
    title: "float literals",
    group: Group::Float,
    what: "`1.0`, `1e3`, `1f64`, wherever they stand. `1..2`, `x.0.1` and `0x1e3` are none.",
    why: "See ZS301.",
    instead: "Integers.",
    misses: "Nothing.",
    message: "a floating point literal",
    bad: r"const SHARE: u64 = (0.05 * 100.0) as u64; //~ ZS302
fn apply(amount: u64) -> u64 {
    amount / 100 * SHARE
}
",
    good: r"const SHARE_IN_PERCENT: u64 = 5;
fn apply(amount: (u64, (u64, u64))) -> u64 {
    let limit = 0x1e3;
    (1..2).fold(amount.1.1, |sum, x| sum.saturating_add(x)).min(limit) * SHARE_IN_PERCENT
}
",
    kinds: &[Kind::Shape],
    check: Some(check),
    ..Rule::BASE
};

fn check(view: &View<'_>) -> Option<Found> {
    view.one_of(&[(crate::summary::Shape::FloatLiteral, "float literal")])
}
