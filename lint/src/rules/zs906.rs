//! ZS906: code chosen at run time.

use super::{Found, Group, Rule, View};

/// Code chosen at run time.
pub(super) static RULE: Rule = Rule {
    id: "ZS906",
    title: "code chosen at run time",
    group: Group::Dependency,
    what: "`dyn Any` and its downcasts, boxed closures and foreign trait objects in the state, loading libraries, scripting engines.",
    why: "Nobody can say which code runs.",
    instead: "An enum and a `match`.",
    misses: "Which impl stands behind a trait object of one's own.",
    message: "`{}`: nobody can say which code runs",
    bad: r"struct State {
    rule: Box<dyn Fn(u64) -> u64>, //~ ZS906
}
fn apply(state: &State, x: u64) -> u64 { (state.rule)(x) }
",
    good: r"enum Rule { Double, Same }
struct State {
    rule: Rule,
}
fn apply(state: &State, x: u64) -> u64 {
    match state.rule { Rule::Double => x.saturating_mul(2), Rule::Same => x }
}
",
    paths: &["std::any::Any", "libloading", "dlopen", "dlopen2", "wasmtime", "wasmer", "wasmi", "mlua", "rlua", "rhai", "rune", "boa_engine", "deno_core", "v8", "abi_stable", "downcast_rs", "mopa", "anymap", "typemap", "dyn_clone", "typetag"],
    methods: &["downcast_ref", "downcast_mut"],
    check: Some(check),
    ..Rule::BASE
};

use crate::resolve::{Res, Space, Type};
use crate::summary::{FactKind, Ty};

fn check(view: &View<'_>) -> Option<Found> {
    let FactKind::Field(ty) = view.fact.kind else { return None };
    view.in_state.then(|| dynamic(view, ty, 0)).flatten()
}

/// A closure or a trait object of a foreign trait inside a field's type, as written.
fn dynamic(view: &View<'_>, ty: u32, depth: u32) -> Option<Found> {
    let summary = view.world.summary(view.unit);
    let deeper = |ty: &u32| if depth > 8 { None } else { dynamic(view, *ty, depth + 1) };
    match summary.tys[ty as usize] {
        Ty::Bounds(bounds) => summary.lists[bounds.range()].iter().find_map(|bound| foreign(view, *bound)),
        Ty::Path(path) => {
            let args = summary.paths[path as usize].args;
            summary.lists[args.range()].iter().find_map(deeper)
        }
        Ty::Ref(of) | Ty::Slice(of) => deeper(&of),
        Ty::Fn(_) => matches!(view.ty(ty), Type::Closure(_)).then(|| Found::new("fn pointer")),
        Ty::Tuple(run) => summary.lists[run.range()].iter().find_map(deeper),
        _ => None,
    }
}

/// A bound by a trait from outside that is no mere marker.
fn foreign(view: &View<'_>, bound: u32) -> Option<Found> {
    let Ty::Path(path) = view.world.summary(view.unit).tys[bound as usize] else { return None };
    let hits = view.world.hits(crate::resolve::Id::new(view.unit, path), Space::Type);
    hits.into_iter().find_map(|res| match res {
        Res::Ext(id) => {
            let name = view.world.ext_path(id);
            (!name.starts_with("std::marker::")).then(|| Found::new(format!("dyn {name}")))
        }
        _ => None,
    })
}
