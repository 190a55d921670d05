//! From a path to what it means: scopes, imports, globs, preludes; explicit names win over globs, globs over preludes.

use smallvec::SmallVec;

use super::{Binding, ExtId, GName, Hits, Id, Known, ROOT, Res, Space, Type, World, canonical_scope};
use crate::summary::{HOLE, Item, ItemKind, NONE, Path, Root};
use crate::tables::{self, Verdict};

/// Paths nest through imports; deeper than this is a cycle.
const DEPTH_MAX: usize = 64;

impl World {
    /// All that a path may mean.
    pub fn hits(&self, path: Id, space: Space) -> Hits {
        let memo = &self.memo_paths[path.unit as usize][path.at as usize];
        match memo.get() {
            Known::NotYet => {}
            Known::Nothing => return Hits::new(),
            Known::One(res) => return Hits::from_slice(&[res]),
            Known::Many(at) => return self.arena.borrow()[at as usize].clone(),
        }
        if self.busy.borrow().len() > DEPTH_MAX || self.busy.borrow().contains(&path) {
            return Hits::new();
        }
        self.busy.borrow_mut().push(path);
        let hits = self.find(path, space);
        self.busy.borrow_mut().pop();
        memo.set(match &hits[..] {
            [] => Known::Nothing,
            [one] => Known::One(*one),
            _ => {
                let mut arena = self.arena.borrow_mut();
                arena.push(hits.clone());
                Known::Many(arena.len() as u32 - 1)
            }
        });
        hits
    }

    fn find(&self, id: Id, space: Space) -> Hits {
        let summary = self.summary(id.unit);
        let path = &summary.paths[id.at as usize];
        let segments: SmallVec<[GName; 6]> =
            summary.segments[path.segments.range()].iter().map(|name| self.gname(id.unit, *name)).collect();
        match path.root {
            Root::Plain => self.plain(id.unit, path, &segments, space),
            Root::Absolute => self.absolute(id.unit, &segments, space),
            Root::Type(ty) => {
                let ty = self.eval(Id::new(id.unit, ty));
                self.below_type(&ty, &segments, space)
            }
            Root::TypeAs(ty, of_trait) => self.below_trait(id.unit, ty, of_trait, &segments, space),
        }
    }

    fn below_trait(&self, unit: u32, ty: u32, of_trait: u32, segments: &[GName], space: Space) -> Hits {
        let ty = self.eval(Id::new(unit, ty));
        let [first, rest @ ..] = segments else { return Hits::new() };
        let mut hits = Hits::new();
        for of_trait in self.hits(Id::new(unit, of_trait), Space::Type) {
            hits.extend(self.member_of_trait(&ty, of_trait, *first));
        }
        self.walk(hits, rest, space)
    }

    fn plain(&self, unit: u32, path: &Path, segments: &[GName], space: Space) -> Hits {
        let scope = Id::new(unit, path.scope);
        let [first, rest @ ..] = segments else { return self.module_item(scope).map(Res::Item).into_iter().collect() };
        if *first == self.words.krate {
            return self.walk(self.crate_root(unit), rest, space);
        }
        if *first == self.words.this {
            return self.walk(self.module_item(scope).map(Res::Item).into_iter().collect(), rest, space);
        }
        if *first == self.words.parent {
            return self.supers(unit, scope, segments, space);
        }
        let space_of_first = if rest.is_empty() { space } else { Space::Type };
        let mut hits = match space_of_first {
            Space::Macro => self.macro_named(scope, *first),
            space => self.first(scope, *first, space, !rest.is_empty()),
        };
        if hits.is_empty() && matches!(space_of_first, Space::Type | Space::Value) {
            hits = self.below_foreign_glob(scope, *first);
        }
        self.walk(hits, rest, space)
    }

    fn supers(&self, unit: u32, scope: Id, segments: &[GName], space: Space) -> Hits {
        let mut module = self.module_scope(scope);
        let mut rest = segments;
        while let [first, tail @ ..] = rest
            && *first == self.words.parent
        {
            let Some(parent) = self.parent_scope(module) else { return Hits::new() };
            module = self.module_scope(parent);
            rest = tail;
        }
        let _ = unit;
        self.walk(self.module_item(module).map(Res::Item).into_iter().collect(), rest, space)
    }

    fn absolute(&self, unit: u32, segments: &[GName], space: Space) -> Hits {
        let [first, rest @ ..] = segments else { return self.crate_root(unit) };
        self.walk(self.krate(unit, *first), rest, space)
    }

    /// A crate by the name that it has in this crate.
    fn krate(&self, unit: u32, name: GName) -> Hits {
        let krate = &self.crates[self.units[unit as usize].krate as usize];
        let text = self.gtext(name);
        if text.starts_with(HOLE) {
            return Hits::from_slice(&[Res::Hole]);
        }
        if let Some(local) = krate.members.get(&*text) {
            return Hits::from_slice(&[Res::Item(Id::new(self.crates[*local as usize].root, 0))]);
        }
        let name = krate.renamed.get(&*text).map_or(name, |real| self.add_name(real));
        Hits::from_slice(&[Res::Ext(self.ext_child(ROOT, name))])
    }

    fn crate_root(&self, unit: u32) -> Hits {
        let krate = self.units[unit as usize].krate;
        Hits::from_slice(&[Res::Item(Id::new(self.crates[krate as usize].root, 0))])
    }

    /// A path's first segment.
    pub(super) fn first(&self, scope: Id, name: GName, space: Space, more: bool) -> Hits {
        if let Some(hits) = self.memo_first.borrow().get(&(scope, name, space)) {
            return if hits.is_empty() { self.prelude(scope, name, more) } else { hits.clone() };
        }
        let hits = self.lexical(scope, name, space);
        self.memo_first.borrow_mut().insert((scope, name, space), hits.clone());
        if hits.is_empty() { self.prelude(scope, name, more) } else { hits }
    }

    /// Blocks from the inside out, then the module.
    fn lexical(&self, scope: Id, name: GName, space: Space) -> Hits {
        let mut at = canonical_scope(&self.units, scope);
        loop {
            let hits = self.in_scope(at, name, space, &mut Vec::new());
            if !hits.is_empty() || self.summary(at.unit).scopes[at.at as usize].module {
                return hits;
            }
            match self.parent_scope(at) {
                Some(parent) => at = parent,
                None => return Hits::new(),
            }
        }
    }

    /// What one module or block declares or imports under the name.
    pub(super) fn in_scope(&self, scope: Id, name: GName, space: Space, seen: &mut Vec<Id>) -> Hits {
        let scope = canonical_scope(&self.units, scope);
        if seen.contains(&scope) || seen.len() > DEPTH_MAX {
            return Hits::new();
        }
        seen.push(scope);
        let mut hits = Hits::new();
        for binding in self.bindings.get(&(scope, name)).into_iter().flatten() {
            match binding {
                Binding::Item(id) if fits(self.item(*id).kind, space) => hits.push(Res::Item(*id)),
                Binding::Item(_) => {}
                Binding::Import(id) => hits.extend(self.import_hits(*id, space)),
            }
        }
        if hits.is_empty() {
            for glob in self.globs.get(&scope).into_iter().flatten() {
                hits.extend(self.in_glob(*glob, name, space, seen));
            }
        }
        seen.pop();
        hits.sort_unstable();
        hits.dedup();
        self.drop_derives(&mut hits, space);
        hits
    }

    /// What an import brings in, as far as it fits.
    pub fn import_hits(&self, id: Id, space: Space) -> Hits {
        let import = &self.summary(id.unit).imports[id.at as usize];
        let mut hits = self.hits(Id::new(id.unit, import.path), Space::Any);
        if hits.is_empty() {
            hits = self.lone_crate(id.unit, import.path);
        }
        hits.retain(|res| match res {
            Res::Item(item) => fits(self.item(*item).kind, space),
            _ => true,
        });
        hits
    }

    /// `use core;`: a single name that nothing declares is a crate's.
    fn lone_crate(&self, unit: u32, path: u32) -> Hits {
        let summary = self.summary(unit);
        let path = &summary.paths[path as usize];
        match (path.root, &summary.segments[path.segments.range()]) {
            (Root::Plain, [name]) => {
                // `pub(crate) use name;` behind a `macro_rules! name` of the file means that.
                let of_macro = |item: &Item| item.kind == ItemKind::Macro && item.name == *name;
                let own = summary.items.iter().any(of_macro);
                if own { Hits::new() } else { self.krate(unit, self.gname(unit, *name)) }
            }
            _ => Hits::new(),
        }
    }

    /// A derive macro may share its name with the trait that it implements: where a type is meant, it is the trait.
    fn drop_derives(&self, hits: &mut Hits, space: Space) {
        if space != Space::Type || !hits.iter().any(|res| matches!(res, Res::Item(_))) {
            return;
        }
        hits.retain(|res| match res {
            Res::Ext(ext) => {
                let path = self.ext_path(*ext);
                let krate = path.split("::").next().unwrap_or_default();
                !["_derive", "_derives", "_macro", "_macros"].iter().any(|end| krate.ends_with(end))
            }
            _ => true,
        });
    }

    fn in_glob(&self, glob: Id, name: GName, space: Space, seen: &mut Vec<Id>) -> Hits {
        let mut found = Hits::new();
        for res in self.import_hits(glob, Space::Type) {
            match res {
                Res::Item(item) => match self.item(item).kind {
                    ItemKind::Mod | ItemKind::ModFile => {
                        for scope in self.scopes_of(item) {
                            found.extend(self.in_scope(scope, name, space, seen));
                        }
                    }
                    _ => found.extend(self.member(&Type::Item(item, self.no_args()), name)),
                },
                Res::Ext(ext) => {
                    let listed = self.exts.borrow().listed_child(ext, name);
                    found.extend(listed.map(Res::Ext));
                }
                Res::Hole => {}
            }
        }
        found
    }

    /// A name that nothing declares, where everything of a foreign module was imported: it can only come from there.
    fn below_foreign_glob(&self, scope: Id, name: GName) -> Hits {
        let std = self.std();
        let foreign = |ext| self.verdict(ext) != Verdict::Allowed && !self.exts.borrow().is_below(ext, std);
        let mut at = Some(canonical_scope(&self.units, scope));
        while let Some(scope) = at {
            for glob in self.globs.get(&scope).into_iter().flatten() {
                for res in self.import_hits(*glob, Space::Type) {
                    if let Res::Ext(ext) = res
                        && foreign(ext)
                    {
                        return Hits::from_slice(&[Res::Ext(self.ext_child(ext, name))]);
                    }
                }
            }
            let module = self.summary(scope.unit).scopes[scope.at as usize].module;
            at = if module { None } else { self.parent_scope(scope) };
        }
        Hits::new()
    }

    fn std(&self) -> ExtId {
        self.ext_child(ROOT, self.words.std)
    }

    /// Crates, the standard prelude, primitive types.
    fn prelude(&self, scope: Id, name: GName, more: bool) -> Hits {
        let key = (self.units[scope.unit as usize].krate, name, more);
        if let Some(hits) = self.memo_prelude.borrow().get(&key) {
            return hits.clone();
        }
        let hits = self.in_prelude(scope, name, more);
        self.memo_prelude.borrow_mut().insert(key, hits.clone());
        hits
    }

    fn in_prelude(&self, scope: Id, name: GName, more: bool) -> Hits {
        let text = self.gtext(name);
        if text.starts_with(HOLE) {
            return Hits::from_slice(&[Res::Hole]);
        }
        let krate = &self.crates[self.units[scope.unit as usize].krate as usize];
        if let Some(path) = tables::prelude(&text) {
            return Hits::from_slice(&[Res::Ext(self.ext(path))]);
        }
        let member = krate.members.contains_key(&*text) || krate.renamed.contains_key(&*text);
        let looks_like_crate = more && text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
        if member || looks_like_crate { self.krate(scope.unit, name) } else { Hits::new() }
    }

    /// A canonical path's node.
    pub fn ext(&self, path: &str) -> ExtId {
        path.split("::").fold(ROOT, |at, segment| {
            let name = self.add_name(segment);
            self.ext_child(at, name)
        })
    }

    /// Macros are in sight by text, through modules; then by crate; then the standard ones.
    fn macro_named(&self, scope: Id, name: GName) -> Hits {
        let mut at = Some(canonical_scope(&self.units, scope));
        while let Some(scope) = at {
            let hits = self.in_scope(scope, name, Space::Macro, &mut Vec::new());
            if !hits.is_empty() {
                return hits.into_iter().map(|res| self.as_macro(res)).collect();
            }
            at = self.parent_scope(scope);
        }
        let krate = self.units[scope.unit as usize].krate;
        if let Some(found) = self.crate_macros.get(&(krate, name)) {
            return found.iter().map(|id| Res::Item(*id)).collect();
        }
        let text = self.gtext(name).to_string();
        if text.starts_with(HOLE) {
            return Hits::from_slice(&[Res::Hole]);
        }
        let std = self.std();
        let bang = self.add_name(&format!("{text}!"));
        let listed = self.exts.borrow().listed_child(std, bang);
        listed.map(Res::Ext).into_iter().collect()
    }

    /// The node of a macro: its last segment ends in `!`, if such a name is listed.
    fn as_macro(&self, res: Res) -> Res {
        let Res::Ext(id) = res else { return res };
        let (parent, name) = (self.ext_parent(id), self.exts.borrow().name(id));
        let bang = format!("{}!", self.gtext(name));
        let bang = self.add_name(&bang);
        let listed = self.exts.borrow().listed_child(parent, bang);
        listed.map_or(res, Res::Ext)
    }

    /// Follows the remaining segments.
    pub(super) fn walk(&self, mut hits: Hits, segments: &[GName], space: Space) -> Hits {
        for (at, name) in segments.iter().enumerate() {
            let last = at + 1 == segments.len();
            let space = if last { space } else { Space::Type };
            let mut next = Hits::new();
            for res in hits {
                next.extend(self.step(res, *name, space));
            }
            next.sort_unstable();
            next.dedup();
            hits = next;
        }
        hits
    }

    /// Follows segments from outside.
    pub fn follow(&self, hits: Hits, segments: &[GName]) -> Hits {
        self.walk(hits, segments, Space::Any)
    }

    fn step(&self, res: Res, name: GName, space: Space) -> Hits {
        match res {
            Res::Hole => Hits::from_slice(&[Res::Hole]),
            Res::Ext(ext) => self.step_ext(ext, name, space),
            Res::Item(item) => match self.item(item).kind {
                ItemKind::Mod | ItemKind::ModFile => {
                    let mut hits = Hits::new();
                    for scope in self.scopes_of(item) {
                        hits.extend(self.in_scope(scope, name, space, &mut Vec::new()));
                    }
                    if hits.is_empty() && space == Space::Macro {
                        hits.extend(self.exported_macro(item, name));
                    }
                    hits
                }
                ItemKind::Alias | ItemKind::Assoc => {
                    let ty = self.eval(Id::new(item.unit, self.item(item).ty));
                    self.member(&ty, name)
                }
                _ => self.member(&Type::Item(item, self.no_args()), name),
            },
        }
    }

    fn step_ext(&self, ext: ExtId, name: GName, space: Space) -> Hits {
        if let Some(hole) = self.gtext(name).strip_prefix(HOLE) {
            // `std::$m::now`: anything below may be meant.
            let name = self.add_name(&format!("${hole}"));
            return Hits::from_slice(&[Res::Ext(self.exts.borrow_mut().hole(ext, name))]);
        }
        let child = self.ext_child(ext, name);
        if space == Space::Macro {
            return Hits::from_slice(&[self.as_macro(Res::Ext(child))]);
        }
        let mut hits = Hits::from_slice(&[Res::Ext(child)]);
        hits.extend(self.members_of_head(super::Head::Ext(ext), name));
        hits
    }

    /// `#[macro_export]` puts a macro at the crate's root.
    fn exported_macro(&self, module: Id, name: GName) -> Hits {
        let krate = self.units[module.unit as usize].krate;
        let is_root = self.crates[krate as usize].root == module.unit && module.at == 0;
        let found = self.crate_macros.get(&(krate, name)).filter(|_| is_root);
        found.into_iter().flatten().map(|id| Res::Item(*id)).collect()
    }

    /// The scopes of a module: several where `cfg` chooses between files.
    pub(super) fn scopes_of(&self, module: Id) -> SmallVec<[Id; 1]> {
        match self.modules.get(&module) {
            Some(scopes) => scopes.clone(),
            None => SmallVec::from_slice(&[Id::new(module.unit, 0)]),
        }
    }

    /// The scope around.
    pub fn parent_scope(&self, scope: Id) -> Option<Id> {
        let parent = self.summary(scope.unit).scopes[scope.at as usize].parent;
        if parent != NONE {
            return Some(canonical_scope(&self.units, Id::new(scope.unit, parent)));
        }
        let module = self.units[scope.unit as usize].module?;
        Some(canonical_scope(&self.units, Id::new(module.unit, self.item(module).scope)))
    }

    /// The module that a scope lies in.
    pub fn module_scope(&self, scope: Id) -> Id {
        let mut at = canonical_scope(&self.units, scope);
        while !self.summary(at.unit).scopes[at.at as usize].module {
            match self.parent_scope(at) {
                Some(parent) => at = parent,
                None => break,
            }
        }
        at
    }

    /// The item of that module.
    fn module_item(&self, scope: Id) -> Option<Id> {
        let scope = self.module_scope(scope);
        Some(Id::new(scope.unit, self.summary(scope.unit).scopes[scope.at as usize].item))
    }
}

/// Whether a kind of item lives in a space.
fn fits(kind: ItemKind, space: Space) -> bool {
    use ItemKind as K;
    match space {
        Space::Any => true,
        Space::Macro => kind == K::Macro,
        Space::Type => !matches!(kind, K::Fn | K::Const | K::Static | K::Macro),
        Space::Value => matches!(kind, K::Fn | K::Const | K::Static | K::Struct | K::Variant | K::Alias),
    }
}
