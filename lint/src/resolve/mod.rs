//! Name resolution over the workspace: what each path means, through modules, imports, globs, aliases, impls and blocks.
//!
//! Every branch of every `cfg` is there at once, so a name may mean several things; all of them are returned.

mod assoc;
mod eval;
mod exts;
mod lookup;
mod names;
mod returns;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

pub use eval::Type;
pub use exts::{ExtId, Exts, ROOT};
pub use names::{GName, Names};

use crate::source::{Crate, Unit};
use crate::summary::{self, FactKind, Item, ItemKind, Place, Summary};
use crate::tables::Verdict;

/// Something in a unit: its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id {
    /// The file.
    pub unit: u32,
    /// The index in the file's list.
    pub at: u32,
}

impl Id {
    /// The `at`th of the unit.
    pub fn new(unit: u32, at: u32) -> Self {
        Self { unit, at }
    }
}

/// What a path means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Res {
    /// An item of the workspace.
    Item(Id),
    /// A name from outside.
    Ext(ExtId),
    /// A macro's `$name`: anything.
    Hole,
}

/// All that a path may mean.
pub type Hits = SmallVec<[Res; 2]>;

/// Where a name is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Space {
    /// Types and modules.
    Type,
    /// Functions, constants, constructors.
    Value,
    /// Macros.
    Macro,
    /// Wherever it is.
    Any,
}

#[derive(Clone, Copy)]
enum Binding {
    Item(Id),
    Import(Id),
}

/// The first thing known of a type: what impls are filed under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Head {
    /// A type of the workspace.
    Item(Id),
    /// A type from outside.
    Ext(ExtId),
    /// Any type: `impl<T> Trait for T`, references, tuples and the like.
    Any,
}

/// The workspace, linked.
pub struct World {
    /// The files.
    pub units: Vec<Unit>,
    /// The crates.
    pub crates: Vec<Crate>,
    names: RefCell<Names>,
    exts: RefCell<Exts>,
    local_names: Vec<Vec<GName>>,
    bindings: FxHashMap<(Id, GName), SmallVec<[Binding; 1]>>,
    globs: FxHashMap<Id, Vec<Id>>,
    modules: FxHashMap<Id, SmallVec<[Id; 1]>>,
    crate_macros: FxHashMap<(u32, GName), SmallVec<[Id; 1]>>,
    /// Members of impls and traits by type and name.
    members: FxHashMap<(Head, GName), SmallVec<[Id; 2]>>,
    /// Functions of impls and traits by name and number of arguments.
    methods: FxHashMap<(GName, u8), Vec<Id>>,
    /// Traits of the workspace that a type implements.
    traits: FxHashMap<Head, Vec<Id>>,
    /// Impls of each trait of the workspace.
    implementors: FxHashMap<Id, Vec<Id>>,
    memo_paths: Vec<Vec<Cell<Known>>>,
    arena: RefCell<Vec<Hits>>,
    memo_first: RefCell<FxHashMap<(Id, GName, Space), Hits>>,
    memo_prelude: RefCell<FxHashMap<(u32, GName, bool), Hits>>,
    busy: RefCell<Vec<Id>>,
    depth: Cell<u32>,
    /// Places in `known_types`, from 1; 0 for what nobody has asked for yet.
    memo_types: Vec<Vec<Cell<u32>>>,
    /// The first is what nothing is known about.
    known_types: RefCell<Vec<Type>>,
    /// What types without arguments share.
    no_args: Rc<[Type]>,
    words: Words,
}

/// What is known of a path: most mean nothing, or one thing.
#[derive(Clone, Copy)]
enum Known {
    NotYet,
    Nothing,
    One(Res),
    /// At this place of the arena.
    Many(u32),
}

/// Names that the resolver asks for.
struct Words {
    krate: GName,
    this: GName,
    parent: GName,
    std: GName,
}

impl World {
    /// Links the files: declares all names, then files the impls under their types.
    pub fn new(units: Vec<Unit>, crates: Vec<Crate>, listed: &[(&str, Verdict)]) -> Self {
        let mut names = Names::default();
        let exts = Exts::new(&mut names, listed);
        let local_names = units.iter().map(|unit| unit.summary.names.iter().map(|name| names.add(name)).collect());
        let local_names: Vec<Vec<GName>> = local_names.collect();
        let words = Words {
            krate: names.add("crate"),
            this: names.add("self"),
            parent: names.add("super"),
            std: names.add("std"),
        };
        let memo_paths = units.iter().map(|unit| vec![Cell::new(Known::NotYet); unit.summary.paths.len()]).collect();
        let memo_types = units.iter().map(|unit| vec![Cell::new(0); unit.summary.tys.len()]).collect();
        let mut world = Self {
            units,
            crates,
            names: RefCell::new(names),
            exts: RefCell::new(exts),
            local_names,
            bindings: FxHashMap::default(),
            globs: FxHashMap::default(),
            modules: FxHashMap::default(),
            crate_macros: FxHashMap::default(),
            members: FxHashMap::default(),
            methods: FxHashMap::default(),
            traits: FxHashMap::default(),
            implementors: FxHashMap::default(),
            memo_paths,
            arena: RefCell::default(),
            memo_first: RefCell::default(),
            memo_prelude: RefCell::default(),
            busy: RefCell::default(),
            depth: Cell::default(),
            memo_types,
            known_types: RefCell::new(vec![Type::Unknown]),
            no_args: Rc::new([]),
            words,
        };
        world.declare();
        world.file_impls();
        world
    }

    /// The file's summary.
    pub fn summary(&self, unit: u32) -> &Summary {
        &self.units[unit as usize].summary
    }

    /// An item.
    pub fn item(&self, id: Id) -> &Item {
        &self.summary(id.unit).items[id.at as usize]
    }

    /// The workspace's number of a file's name.
    pub fn gname(&self, unit: u32, name: summary::Name) -> GName {
        self.local_names[unit as usize][name as usize]
    }

    /// An item's name as text.
    pub fn item_name(&self, id: Id) -> &str {
        &self.summary(id.unit).names[self.item(id).name]
    }

    fn declare(&mut self) {
        for unit in 0..self.units.len() as u32 {
            self.declare_items(unit);
            self.declare_imports(unit);
            if let Some(parent) = self.units[unit as usize].module {
                self.modules.entry(parent).or_default().push(Id::new(unit, 0));
            }
        }
    }

    fn declare_items(&mut self, unit: u32) {
        let summary = &self.units[unit as usize].summary;
        for (at, item) in summary.items.iter().enumerate().skip(1) {
            let parent = &summary.items[item.parent as usize];
            let member = matches!(parent.kind, ItemKind::Impl | ItemKind::Trait);
            if matches!(item.kind, ItemKind::Impl | ItemKind::Variant) || member {
                continue;
            }
            let id = Id::new(unit, at as u32);
            let name = self.local_names[unit as usize][item.name as usize];
            let scope = canonical_scope(&self.units, Id::new(unit, item.scope));
            self.bindings.entry((scope, name)).or_default().push(Binding::Item(id));
            if item.kind == ItemKind::Macro {
                let krate = self.units[unit as usize].krate;
                self.crate_macros.entry((krate, name)).or_default().push(id);
            }
            if item.kind == ItemKind::Mod {
                self.modules.entry(id).or_default().push(Id::new(unit, item.inner));
            }
        }
    }

    fn declare_imports(&mut self, unit: u32) {
        let summary = &self.units[unit as usize].summary;
        for (at, import) in summary.imports.iter().enumerate() {
            let id = Id::new(unit, at as u32);
            let scope = canonical_scope(&self.units, Id::new(unit, import.scope));
            if import.glob {
                self.globs.entry(scope).or_default().push(id);
            } else if import.name != summary::NONE {
                let name = self.local_names[unit as usize][import.name as usize];
                self.bindings.entry((scope, name)).or_default().push(Binding::Import(id));
            }
        }
    }

    /// Files members of impls and traits under the type that they belong to.
    fn file_impls(&mut self) {
        let mut found = Vec::new();
        for unit in 0..self.units.len() as u32 {
            for (at, item) in self.summary(unit).items.iter().enumerate() {
                let id = Id::new(unit, at as u32);
                match item.kind {
                    ItemKind::Impl => found.push((id, self.head(Id::new(unit, item.ty)), self.trait_of(id))),
                    ItemKind::Trait => found.push((id, Some(Head::Item(id)), None)),
                    _ => {}
                }
            }
        }
        let mut heads = FxHashMap::default();
        for (id, head, of_trait) in found {
            let head = head.unwrap_or(Head::Any);
            heads.insert(id, head);
            if let Some(of_trait) = of_trait {
                self.traits.entry(head).or_default().push(of_trait);
                self.implementors.entry(of_trait).or_default().push(id);
            }
        }
        for unit in 0..self.units.len() as u32 {
            self.file_members(unit, &heads);
        }
        self.memo_first.borrow_mut().clear();
        self.memo_paths.iter().flatten().for_each(|memo| memo.set(Known::NotYet));
        self.memo_types.iter().flatten().for_each(|memo| memo.set(0));
        self.arena.borrow_mut().clear();
        self.known_types.borrow_mut().truncate(1);
    }

    fn file_members(&mut self, unit: u32, heads: &FxHashMap<Id, Head>) {
        for at in 0..self.summary(unit).items.len() as u32 {
            let id = Id::new(unit, at);
            let item = self.item(id);
            let parent = Id::new(unit, item.parent);
            let name = self.gname(unit, item.name);
            if item.kind == ItemKind::Variant {
                self.members.entry((Head::Item(parent), name)).or_default().push(id);
            } else if let Some(head) = heads.get(&parent).filter(|_| item.kind != ItemKind::Impl) {
                let args = item.params.len.saturating_sub(u32::from(item.flags & summary::flag::RECEIVER != 0));
                let method = item.kind == ItemKind::Fn && item.flags & summary::flag::RECEIVER != 0;
                self.members.entry((*head, name)).or_default().push(id);
                if method {
                    self.methods.entry((name, args.min(255) as u8)).or_default().push(id);
                }
            }
        }
    }

    /// What an impl is filed under.
    fn head(&self, ty: Id) -> Option<Head> {
        match self.eval(ty) {
            Type::Item(id, _) => Some(Head::Item(id)),
            Type::Ext(id, _) => Some(Head::Ext(id)),
            _ => None,
        }
    }

    /// The trait of the workspace that an impl implements.
    pub fn trait_of(&self, id: Id) -> Option<Id> {
        let of_trait = self.item(id).of_trait;
        if of_trait == summary::NONE {
            return None;
        }
        self.hits(Id::new(id.unit, of_trait), Space::Type).into_iter().find_map(|res| match res {
            Res::Item(item) if self.item(item).kind == ItemKind::Trait => Some(item),
            _ => None,
        })
    }

    /// Whether the impl is of a trait from outside the workspace.
    pub fn trait_is_foreign(&self, id: Id) -> bool {
        let of_trait = self.item(id).of_trait;
        of_trait != summary::NONE
            && !self.hits(Id::new(id.unit, of_trait), Space::Type).iter().any(|res| matches!(res, Res::Item(_)))
    }

    /// The space that a place looks into.
    pub fn space(place: Place) -> Space {
        match place {
            Place::Type | Place::Bound => Space::Type,
            Place::Value | Place::Call => Space::Value,
            Place::Macro => Space::Macro,
            _ => Space::Any,
        }
    }

    /// What a fact's path means; empty for other facts.
    pub fn fact_hits(&self, unit: u32, kind: &FactKind) -> Hits {
        match kind {
            FactKind::Path(path, place) => self.hits(Id::new(unit, *path), Self::space(*place)),
            _ => Hits::new(),
        }
    }

    /// A name's text. Nothing stays borrowed: names are added while others are looked at.
    pub fn gtext(&self, name: GName) -> Rc<str> {
        Rc::clone(self.names.borrow().text(name))
    }

    /// The number of a text.
    pub fn add_name(&self, text: &str) -> GName {
        self.names.borrow_mut().add(text)
    }

    /// The name below another from outside.
    pub fn ext_child(&self, parent: ExtId, name: GName) -> ExtId {
        self.exts.borrow_mut().child(parent, name)
    }

    /// The name above.
    pub fn ext_parent(&self, id: ExtId) -> ExtId {
        self.exts.borrow().parent(id)
    }

    /// Whether it is listed by its full name.
    pub fn is_listed(&self, id: ExtId) -> bool {
        self.exts.borrow().is_listed(id)
    }

    /// Whether anything below it is listed or was asked for.
    pub fn has_children(&self, id: ExtId) -> bool {
        self.exts.borrow().has_children(id)
    }

    /// A name from outside as text.
    pub fn ext_path(&self, id: ExtId) -> String {
        self.exts.borrow().path(&self.names.borrow(), id)
    }

    /// What is said about a name from outside.
    pub fn verdict(&self, id: ExtId) -> Verdict {
        self.exts.borrow().verdict(id)
    }
}

/// Included files declare their names in the scope that includes them.
fn canonical_scope(units: &[Unit], scope: Id) -> Id {
    let unit = &units[scope.unit as usize];
    match unit.included_in {
        Some(outer) if scope.at == 0 => canonical_scope(units, outer),
        _ => scope,
    }
}
