//! Qualified names of functions, as paths show them.

use super::Graph;
use crate::resolve::{Id, Type, World};
use crate::summary::ItemKind;

impl Graph {
    /// `crate::module::Type::function`; without the crate in a loose file.
    pub fn qualified(&self, world: &World, id: Id) -> String {
        let mut names = Vec::new();
        let mut at = Some(id);
        while let Some(id) = at {
            let item = world.item(id);
            match item.kind {
                ItemKind::Impl => names.push(self_name(world, id)),
                _ if id.at == 0 => {}
                _ => names.push(world.item_name(id).to_string()),
            }
            at = parent(world, id);
        }
        let krate = &world.crates[world.units[id.unit as usize].krate as usize];
        if !krate.name.is_empty() {
            names.push(krate.name.clone());
        }
        names.reverse();
        names.join("::")
    }
}

/// The item around, across files.
pub(super) fn parent(world: &World, id: Id) -> Option<Id> {
    if id.at != 0 {
        return Some(Id::new(id.unit, world.item(id).parent));
    }
    let unit = &world.units[id.unit as usize];
    match (unit.module, unit.included_in) {
        (Some(module), _) => Some(module),
        (None, Some(scope)) => Some(Id::new(scope.unit, world.summary(scope.unit).scopes[scope.at as usize].item)),
        _ => None,
    }
}

/// The name of the type that an impl is for.
fn self_name(world: &World, id: Id) -> String {
    match world.eval(Id::new(id.unit, world.item(id).ty)) {
        Type::Item(of, _) => world.item_name(of).to_string(),
        Type::Ext(of, _) => world.ext_path(of).rsplit("::").next().unwrap_or("").to_string(),
        _ => "_".to_string(),
    }
}
