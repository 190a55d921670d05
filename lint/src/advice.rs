//! Rules about a whole crate or a whole machine: advice on `no_std`, and a state that keeps times without being given any.

use crate::check::{Finding, Scope};
use crate::graph::Entries;
use crate::resolve::{Id, Type, World};
use crate::rules;
use crate::summary::{ItemKind, Pos};

/// Words in a field's name that say "time".
const TIMES: &[&str] =
    &["at", "tick", "time", "deadline", "expires", "expiry", "since", "until", "timestamp", "timeout", "due"];

/// ZS010: roots of linted libraries without `#![no_std]`.
pub(crate) fn no_std(world: &World, scope: &Scope) -> Vec<Finding> {
    let Some(rule) = rules::by_id("ZS010").filter(|rule| scope.is_on(rule, true)) else { return Vec::new() };
    let roots = world.crates.iter().filter(|krate| krate.core && !krate.name.is_empty());
    let roots = roots.filter(|krate| world.units[krate.root as usize].path.ends_with("lib.rs"));
    let loud = roots.filter(|krate| !world.summary(krate.root).no_std);
    loud.filter_map(|krate| {
        let file = &world.units[krate.root as usize].path;
        Finding::plain(rule.id, file, Pos { line: 1, column: 1 }, &krate.name)
    })
    .collect()
}

/// ZS104: entry functions that are given no time, though their state keeps one.
pub(crate) fn no_time(world: &World, entries: &Entries, scope: &Scope) -> Vec<Finding> {
    let Some(rule) = rules::by_id("ZS104").filter(|rule| scope.is_on(rule, false)) else { return Vec::new() };
    if !entries.state.iter().any(|id| keeps_time(world, *id)) {
        return Vec::new();
    }
    let timeless = entries.functions.iter().filter(|id| !takes_time(world, **id));
    timeless
        .filter_map(|id| {
            let unit = &world.units[id.unit as usize];
            Finding::plain(rule.id, &unit.path, world.item(*id).pos, world.item_name(*id))
        })
        .collect()
}

fn keeps_time(world: &World, id: Id) -> bool {
    let summary = world.summary(id.unit);
    let fields = &summary.fields[world.item(id).fields.range()];
    fields.iter().any(|field| says_time(&summary.names[field.name]))
}

/// A parameter whose type is named like a time, or whose type has a field that is.
fn takes_time(world: &World, id: Id) -> bool {
    let summary = world.summary(id.unit);
    let params = &summary.lists[world.item(id).params.range()];
    params.iter().any(|param| match world.eval(Id::new(id.unit, *param)) {
        Type::Item(of, _) if world.item(of).kind == ItemKind::Struct && !is_state(world, of) => {
            says_time(&world.item_name(of).to_lowercase()) || keeps_time(world, of)
        }
        Type::Ext(of, _) => world.ext_path(of) == "std::time::Duration",
        _ => false,
    })
}

/// A state is what is changed, not what tells the time.
fn is_state(world: &World, id: Id) -> bool {
    world.item_name(id).ends_with("State")
}

fn says_time(name: &str) -> bool {
    name == "stamp" || name.split('_').any(|word| TIMES.contains(&word))
}
