//! ZS902: overflow that depends on the profile.

use super::{Default, Found, Group, Kind, Rule, View};

/// Overflow that depends on the profile.
pub(super) static RULE: Rule = Rule {
    id: "ZS902",
    title: "overflow that depends on the profile",
    group: Group::Panic,
    default: Default::Contentious,
    what: "`+ - * <<` and unary minus on integers, narrowing `as`, `sum()`, `product()`, `abs()`. Accepted where `overflow-checks` is set the same in every profile.",
    why: "It panics in debug and wraps in release.",
    instead: "`checked_add`, `saturating_add`, `wrapping_add`; `try_from` instead of `as`.",
    misses: "The types of operands that are inferred: two unknown ones are taken for integers.",
    message: "`{}` panics in one profile and wraps in the other",
    bad: r"fn apply(points: u64, more: u64) -> u32 {
    (points + more) as u32 //~ ZS902
}
",
    good: r"fn apply(points: u64, more: u64) -> Option<u32> {
    u32::try_from(points.checked_add(more)?).ok()
}
",
    methods: &["sum", "product", "abs"],
    kinds: &[Kind::Binary, Kind::Cast, Kind::Method, Kind::Negate],
    check: Some(check),
    ..Rule::BASE
};

use crate::resolve::Type;
use crate::summary::{FactKind, Operator};

/// Integers and their widths.
const WIDTHS: &[(&str, u32)] = &[
    ("u8", 8), ("i8", 8), ("u16", 16), ("i16", 16), ("u32", 32), ("i32", 32), ("u64", 64), ("i64", 64), ("usize", 64),
    ("isize", 64), ("u128", 128), ("i128", 128),
];

fn check(view: &View<'_>) -> Option<Found> {
    match view.fact.kind {
        FactKind::Cast(from, to) => narrows(view, &view.ty(from), &view.ty(to)),
        _ if view.overflow_checked => None,
        FactKind::Binary(Operator::Arithmetic | Operator::Shift, left, right) => {
            let sides = [view.ty(left), view.ty(right)];
            sides.iter().all(|ty| maybe_integer(view, ty)).then(|| Found::new("arithmetic"))
        }
        FactKind::Negate(of) => maybe_integer(view, &view.ty(of)).then(|| Found::new("negation")),
        FactKind::Method(_, name, 0, of) if view.known && maybe_integer(view, &view.ty(of)) && ["sum", "product", "abs"].contains(&view.text(name)) => {
            Some(Found::new(view.text(name)))
        }
        _ => None,
    }
}

fn width(view: &View<'_>, ty: &Type) -> Option<u32> {
    let name = view.ext_name(ty)?;
    WIDTHS.iter().find(|(of, _)| *of == name).map(|(_, width)| *width)
}

fn maybe_integer(view: &View<'_>, ty: &Type) -> bool {
    matches!(ty, Type::Unknown | Type::Int) || width(view, ty).is_some()
}

fn narrows(view: &View<'_>, from: &Type, to: &Type) -> Option<Found> {
    let (from, to) = (width(view, from)?, width(view, to)?);
    (to < from).then(|| Found::new("narrowing as"))
}
