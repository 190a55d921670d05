//! ZS906: code chosen at run time.

use super::{Found, Group, Kind, Rule, View};

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
    kinds: &[Kind::Field],
    check: Some(check),
    ..Rule::BASE
};

use crate::resolve::{Id, Res, Space};
use crate::summary::{FactKind, ItemKind, Ty};

fn check(view: &View<'_>) -> Option<Found> {
    let FactKind::Field(ty) = view.fact.kind else { return None };
    view.in_state.then(|| dynamic(view, Id::new(view.unit, ty), 0)).flatten()
}

/// A closure or a trait object of a foreign trait inside a field's type, as written; aliases are followed.
fn dynamic(view: &View<'_>, ty: Id, depth: u32) -> Option<Found> {
    let summary = view.world.summary(ty.unit);
    let deeper = |at: &u32| if depth > 8 { None } else { dynamic(view, Id::new(ty.unit, *at), depth + 1) };
    match summary.tys[ty.at as usize] {
        Ty::Bounds(bounds) => summary.lists[bounds.range()].iter().find_map(|bound| foreign(view, Id::new(ty.unit, *bound))),
        Ty::Path(path) => {
            let args = summary.paths[path as usize].args;
            let inside = summary.lists[args.range()].iter().find_map(deeper);
            inside.or_else(|| if depth > 8 { None } else { aliased(view, Id::new(ty.unit, path), depth) })
        }
        Ty::Ref(of) | Ty::Slice(of) => deeper(&of),
        Ty::Tuple(run) => summary.lists[run.range()].iter().find_map(deeper),
        _ => None,
    }
}

/// The same, behind an alias.
fn aliased(view: &View<'_>, path: Id, depth: u32) -> Option<Found> {
    view.world.hits(path, Space::Type).into_iter().find_map(|res| match res {
        Res::Item(id) if view.world.item(id).kind == ItemKind::Alias => {
            dynamic(view, Id::new(id.unit, view.world.item(id).ty), depth + 1)
        }
        _ => None,
    })
}

/// A bound by a trait from outside that is no mere marker.
fn foreign(view: &View<'_>, bound: Id) -> Option<Found> {
    let Ty::Path(path) = view.world.summary(bound.unit).tys[bound.at as usize] else { return None };
    let hits = view.world.hits(Id::new(bound.unit, path), Space::Type);
    hits.into_iter().find_map(|res| match res {
        Res::Ext(id) => {
            let name = view.world.ext_path(id);
            (!name.starts_with("std::marker::")).then(|| Found::new(format!("dyn {name}")))
        }
        _ => None,
    })
}
