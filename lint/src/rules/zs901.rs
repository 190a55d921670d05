//! ZS901: panics.

use super::{Default, Found, Group, Kind, Rule, View};

/// Panics.
pub(super) static RULE: Rule = Rule {
    id: "ZS901",
    title: "panics",
    group: Group::Panic,
    default: Default::Contentious,
    what: "`unwrap`, `expect`, `panic!` and `assert!`, indexing and slicing, division, `borrow_mut`, `split_at`, `remove`.",
    why: "`apply` is to be total; unwinding leaves a half-applied state.",
    instead: "`get`, `checked_div`, a refusal as a value.",
    misses: "Whether the index can be out of range.",
    message: "`{}` can panic",
    bad: r"fn apply(points: &[u64], at: usize) -> u64 {
    points[at] / points.first().unwrap() //~ ZS901
}
",
    good: r"fn apply(points: &[u64], at: usize) -> Option<u64> {
    points.get(at)?.checked_div(*points.first()?)
}
",
    paths: &["std::panic!", "std::unreachable!", "std::assert!", "std::assert_eq!", "std::assert_ne!", "std::todo!", "std::unimplemented!", "std::option::Option::unwrap", "std::option::Option::expect", "std::result::Result::unwrap", "std::result::Result::expect", "std::result::Result::unwrap_err", "std::result::Result::expect_err", "std::cell::RefCell::borrow_mut", "std::cell::RefCell::borrow", "slice::split_at", "slice::split_at_mut", "str::split_at", "slice::copy_from_slice", "slice::clone_from_slice", "slice::swap", "slice::chunks", "slice::windows", "std::vec::Vec::remove", "std::vec::Vec::insert", "std::vec::Vec::split_off", "std::vec::Vec::drain", "std::string::String::remove", "std::string::String::insert"],
    methods: &["unwrap", "expect", "unwrap_err", "expect_err", "borrow_mut", "split_at", "split_at_mut", "copy_from_slice"],
    kinds: &[Kind::Binary, Kind::Index],
    check: Some(check),
};

use crate::resolve::Type;
use crate::summary::{FactKind, Operator};

fn check(view: &View<'_>) -> Option<Found> {
    match view.fact.kind {
        FactKind::Index(_, true) => Some(Found::new("slicing")),
        FactKind::Index(base, false) if !matches!(view.ty(base), Type::Item(..)) => Some(Found::new("indexing")),
        FactKind::Binary(Operator::Division, left, right) => {
            let own = [left, right].iter().any(|ty| matches!(view.ty(*ty), Type::Item(..)));
            let float = view.ext_name(&view.ty(left)).is_some_and(|name| name.starts_with('f'));
            (!own && !float).then(|| Found::new("division"))
        }
        _ => None,
    }
}
