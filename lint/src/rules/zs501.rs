//! ZS501: mutable or lazy globals.

use super::{Found, Group, Kind, Rule, View};

/// Mutable or lazy globals.
pub(super) static RULE: Rule = Rule {
    id: "ZS501",
    title: "mutable or lazy globals",
    group: Group::GlobalState,
    what: "`static mut`, `thread_local!`, `OnceLock`, `LazyLock`, `lazy_static!`, statics with interior mutability, registration at link time.",
    why: "The result depends on who came first, and on other instances in the same process.",
    instead: "Put it into the state, or make it a `const`.",
    misses: "A static whose type from another crate hides a cell.",
    message: "`{}` is state outside of the state",
    bad: r"use std::cell::Cell;
struct Counter { value: Cell<u64> }
static mut CALLS: u64 = 0; //~ ZS501
static COUNTER: Counter = Counter { value: Cell::new(0) }; //~ ZS501
fn apply() -> u64 {
    unsafe { CALLS += 1 } //~ ZS801
    COUNTER.value.get()
}
",
    good: r#"static NAMES: [&str; 2] = ["a", "b"];
const LIMIT: u64 = 3;
fn apply(calls: u64) -> (u64, &'static str) {
    (calls.min(LIMIT), NAMES[0])
}
"#,
    paths: &["std::thread_local!", "std::thread::LocalKey", "std::sync::Once", "std::sync::OnceState", "std::sync::ONCE_INIT", "std::sync::OnceLock", "std::sync::LazyLock", "std::cell::OnceCell", "std::cell::LazyCell", "lazy_static", "once_cell", "linkme", "inventory", "ctor", "dtor", "static_init", "state", "spin::Once", "spin::Lazy", "spin::once", "spin::lazy", "thread_local", "parking_lot::Once", "generational_box", "singleton"],
    kinds: &[Kind::Builtin, Kind::Shape, Kind::Static],
    check: Some(check),
    ..Rule::BASE
};

/// Types that can change behind a shared reference.
const CELLS: &[&str] = &[
    "std::cell", "std::sync::Mutex", "std::sync::RwLock", "std::sync::atomic", "std::sync::OnceLock", "std::sync::LazyLock",
    "std::sync::Once", "std::sync::Condvar", "std::sync::mpsc", "once_cell", "parking_lot", "spin", "arc_swap", "dashmap",
    "lazy_static", "crossbeam", "portable_atomic", "tokio::sync",
];

fn check(view: &View<'_>) -> Option<Found> {
    match view.fact.kind {
        crate::summary::FactKind::Static(ty) => {
            let inner = view.contains(&view.ty(ty), CELLS)?;
            Some(Found::new(format!("static {inner}")))
        }
        _ => view.one_of(&[(crate::summary::Shape::StaticMut, "static mut")]).or_else(|| view.builtin(&["thread_local"])),
    }
}
