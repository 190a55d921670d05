//! Entry points: impls of a `Machine` trait, paths of the configuration, marked functions.

use crate::resolve::{Hits, Id, Res, Space, Type, World};
use crate::summary::{ItemKind, NONE, flag};

/// The trait whose impls are entry points, by convention.
const TRAIT: &str = "Machine";
/// Its function.
const FUNCTION: &str = "apply";

/// Entry points and the types of the states that they work on.
#[derive(Clone, Debug, Default)]
pub struct Entries {
    /// Functions.
    pub functions: Vec<Id>,
    /// Types that are a part of a state.
    pub state: Vec<Id>,
    /// Types of the machines' events.
    pub events: Vec<Id>,
    /// Paths that name no function.
    pub missing: Vec<String>,
}

impl Entries {
    /// Finds them in the crates that are linted for their own sake, and by path.
    pub fn find(world: &World, paths: &[String]) -> Self {
        let mut entries = Self::default();
        for unit in 0..world.units.len() as u32 {
            if !world.crates[world.units[unit as usize].krate as usize].core {
                continue;
            }
            for (at, item) in (0u32..).zip(&world.summary(unit).items) {
                match item.kind {
                    ItemKind::Impl => entries.machine(world, Id::new(unit, at)),
                    ItemKind::Fn if item.flags & flag::ENTRY != 0 => entries.function(world, Id::new(unit, at)),
                    _ => {}
                }
            }
        }
        for path in paths {
            entries.path(world, path);
        }
        entries.functions.sort_unstable();
        entries.functions.dedup();
        entries
    }

    fn machine(&mut self, world: &World, id: Id) {
        let of_trait = world.item(id).of_trait;
        if of_trait == NONE
            || !world.hits(Id::new(id.unit, of_trait), Space::Type).iter().any(|res| is_machine(world, *res))
        {
            return;
        }
        let items = &world.summary(id.unit).items;
        for (at, item) in (0u32..).zip(items).filter(|(_, item)| item.parent == id.at) {
            let member = Id::new(id.unit, at);
            match item.kind {
                ItemKind::Fn if world.item_name(member) == FUNCTION => self.functions.push(member),
                ItemKind::Assoc => {
                    let ty = world.eval(Id::new(id.unit, item.ty));
                    self.state_of(&ty);
                    if let Type::Item(event, _) = ty
                        && world.item_name(member) == "Event"
                    {
                        self.events.push(event);
                    }
                }
                _ => {}
            }
        }
    }

    /// A function by itself: what it takes is its state.
    fn function(&mut self, world: &World, id: Id) {
        self.functions.push(id);
        let params = world.item(id).params;
        for ty in &world.summary(id.unit).lists[params.range()] {
            self.state_of(&world.eval(Id::new(id.unit, *ty)));
        }
    }

    fn state_of(&mut self, ty: &Type) {
        if let Type::Item(id, _) = ty {
            self.state.push(*id);
        }
        ty.args().iter().for_each(|arg| self.state_of(arg));
    }

    fn path(&mut self, world: &World, path: &str) {
        let mut found: Vec<Id> = Vec::new();
        for res in world.by_path(path) {
            if let Res::Item(id) = res
                && world.item(id).kind == ItemKind::Fn
            {
                found.push(id);
            }
        }
        if found.is_empty() {
            self.missing.push(path.to_string());
        }
        for id in found {
            self.function(world, id);
        }
    }
}

/// Whether it is a public trait of that name at the root of a crate, with that function.
fn is_machine(world: &World, res: Res) -> bool {
    match res {
        Res::Item(id) => {
            let item = world.item(id);
            item.kind == ItemKind::Trait
                && item.flags & flag::PUBLIC != 0
                && world.item_name(id) == TRAIT
                && world.at_root(id)
                && world.summary(id.unit).items.iter().zip(0u32..).any(|(member, at)| {
                    member.parent == id.at
                        && member.kind == ItemKind::Fn
                        && world.item_name(Id::new(id.unit, at)) == FUNCTION
                })
        }
        Res::Ext(id) => {
            let path = world.ext_path(id);
            path.ends_with(&format!("::{TRAIT}")) && path.matches("::").count() == 1
        }
        Res::Hole => false,
    }
}

impl World {
    /// What a path from outside means: `crate::module::Type::function`, or without the crate in any of those linted.
    pub fn by_path(&self, path: &str) -> Hits {
        let segments: Vec<_> = path.split("::").map(|segment| self.add_name(segment)).collect();
        let mut hits = Hits::new();
        for krate in self.crates.iter().filter(|krate| krate.core) {
            let root = Hits::from_slice(&[Res::Item(Id::new(krate.root, 0))]);
            let inner = if path.split("::").next() == Some(&krate.name) { &segments[1..] } else { &segments[..] };
            hits.extend(self.follow(root, inner));
        }
        hits.sort_unstable();
        hits.dedup();
        hits
    }

    /// Whether an item is declared at, or re-exported from, the root of its crate.
    pub fn at_root(&self, id: Id) -> bool {
        let krate = self.units[id.unit as usize].krate;
        let root = Hits::from_slice(&[Res::Item(Id::new(self.crates[krate as usize].root, 0))]);
        let name = self.gname(id.unit, self.item(id).name);
        self.follow(root, &[name]).contains(&Res::Item(id))
    }
}
