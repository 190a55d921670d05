//! ZS503: interior mutability in state.

use super::{Default, Found, Group, Kind, Rule, View};

/// Interior mutability in state.
pub(super) static RULE: Rule = Rule {
    id: "ZS503",
    title: "interior mutability in state",
    group: Group::GlobalState,
    default: Default::Contentious,
    what: "`Cell`, `RefCell`, `UnsafeCell` in fields; reference counts and what depends on them: `strong_count`, `get_mut`, `make_mut`, `upgrade`.",
    why: "`&self` changes things, and the result depends on who still holds a clone.",
    instead: "Plain fields and `&mut`; ids instead of weak references.",
    misses: "A cell inside another crate's type.",
    message: "`{}` changes behind a shared reference",
    bad: r"use std::cell::RefCell;
struct State {
    log: RefCell<Vec<u64>>, //~ ZS503
}
fn apply(state: &State) -> usize { state.log.borrow().len() }
",
    good: r"struct State {
    log: Vec<u64>,
}
fn apply(state: &State) -> usize { state.log.len() }
",
    paths: &["std::rc::Rc::strong_count", "std::rc::Rc::weak_count", "std::rc::Rc::get_mut", "std::rc::Rc::make_mut", "std::rc::Rc::try_unwrap", "std::rc::Rc::into_inner", "std::rc::Rc::unwrap_or_clone", "std::sync::Arc::strong_count", "std::sync::Arc::weak_count", "std::sync::Arc::get_mut", "std::sync::Arc::make_mut", "std::sync::Arc::try_unwrap", "std::sync::Arc::into_inner", "std::sync::Arc::unwrap_or_clone", "std::rc::Weak::upgrade", "std::rc::Weak::strong_count", "std::sync::Weak::upgrade", "std::sync::Weak::strong_count"],
    methods: &["strong_count", "weak_count"],
    kinds: &[Kind::Field],
    check: Some(check),
};

fn check(view: &View<'_>) -> Option<Found> {
    let crate::summary::FactKind::Field(ty) = view.fact.kind else { return None };
    view.written(&view.ty(ty), &["std::cell::Cell", "std::cell::RefCell", "std::cell::UnsafeCell", "std::cell::SyncUnsafeCell"]).map(Found::new)
}
