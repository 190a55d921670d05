//! Members of types: inherent ones, those of traits, and what a method call may reach.

use super::{GName, Head, Hits, Id, Res, Space, Type, World};
use crate::summary::{ItemKind, NONE, Run, Ty};

/// How deep supertraits are followed.
const SUPERTRAITS_MAX: u32 = 16;

/// What a method call may reach.
pub struct Targets {
    /// Functions of the workspace and names from outside.
    pub hits: Hits,
    /// Whether the receiver's type is known; if not, only the method's name speaks.
    pub known: bool,
}

impl World {
    /// `Type::name`.
    pub(super) fn below_type(&self, ty: &Type, segments: &[GName], space: Space) -> Hits {
        let [first, rest @ ..] = segments else {
            return match ty {
                Type::Item(id, _) => Hits::from_slice(&[Res::Item(*id)]),
                Type::Ext(id, _) => Hits::from_slice(&[Res::Ext(*id)]),
                _ => Hits::new(),
            };
        };
        self.walk(self.member(ty, *first), rest, space)
    }

    /// Members by name: of the type, of the traits that it implements, of a parameter's bounds.
    pub(super) fn member(&self, ty: &Type, name: GName) -> Hits {
        match ty {
            Type::Item(id, _) => self.member_of_item(*id, name),
            Type::Ext(ext, _) => {
                let child = self.ext_child(*ext, name);
                let mut hits = Hits::from_slice(&[Res::Ext(child)]);
                hits.extend(self.members_of_head(Head::Ext(*ext), name));
                hits
            }
            Type::Param(unit, ty) => match self.summary(*unit).tys[*ty as usize] {
                Ty::Param(_, bounds) => self.member_of_bounds(*unit, bounds, name),
                _ => Hits::new(),
            },
            Type::Bounds(unit, bounds) => self.member_of_bounds(*unit, *bounds, name),
            Type::Slice(_) => {
                let slice = self.ext("slice");
                Hits::from_slice(&[Res::Ext(self.ext_child(slice, name))])
            }
            _ => self.members_of_head(Head::Any, name),
        }
    }

    fn member_of_item(&self, id: Id, name: GName) -> Hits {
        if self.item(id).kind == ItemKind::Alias {
            let ty = self.eval(Id::new(id.unit, self.item(id).ty));
            return self.member(&ty, name);
        }
        let own = self.members_of_head(Head::Item(id), name);
        if !own.is_empty() {
            return own;
        }
        let mut hits = Hits::new();
        for of_trait in self.traits.get(&Head::Item(id)).into_iter().flatten() {
            hits.extend(self.members_of_head(Head::Item(*of_trait), name));
        }
        if self.item(id).kind == ItemKind::Trait {
            hits.extend(self.member_of_bounds(id.unit, self.item(id).params, name));
        }
        if hits.is_empty() { self.members_of_head(Head::Any, name) } else { hits }
    }

    fn member_of_bounds(&self, unit: u32, bounds: Run, name: GName) -> Hits {
        let mut hits = Hits::new();
        // A trait may, wrongly, be its own supertrait.
        if self.depth.get() > SUPERTRAITS_MAX {
            return hits;
        }
        self.depth.set(self.depth.get() + 1);
        let tys = &self.summary(unit).lists[bounds.range()];
        for ty in tys {
            let Ty::Path(path) = self.summary(unit).tys[*ty as usize] else { continue };
            for res in self.hits(Id::new(unit, path), Space::Type) {
                match res {
                    Res::Item(id) => hits.extend(self.member_of_item(id, name)),
                    Res::Ext(ext) => hits.push(Res::Ext(self.ext_child(ext, name))),
                    Res::Hole => {}
                }
            }
        }
        self.depth.set(self.depth.get() - 1);
        hits
    }

    /// What impls of a type declare under a name.
    pub(super) fn members_of_head(&self, head: Head, name: GName) -> Hits {
        self.members.get(&(head, name)).into_iter().flatten().map(|id| Res::Item(*id)).collect()
    }

    /// `<T as Trait>::name`: the impl's own member, else the trait's.
    pub(super) fn member_of_trait(&self, ty: &Type, of_trait: Res, name: GName) -> Hits {
        let mut hits = match ty {
            Type::Item(id, _) => self.members_of_head(Head::Item(*id), name),
            Type::Ext(id, _) => self.members_of_head(Head::Ext(*id), name),
            _ => Hits::new(),
        };
        hits.retain(|res| self.is_of_trait(*res, of_trait));
        if !hits.is_empty() {
            return hits;
        }
        match of_trait {
            Res::Item(id) => self.member_of_item(id, name),
            Res::Ext(ext) => {
                hits.push(Res::Ext(self.ext_child(ext, name)));
                if let Type::Ext(of, _) = ty {
                    hits.push(Res::Ext(self.ext_child(*of, name)));
                }
                hits
            }
            Res::Hole => hits,
        }
    }

    fn is_of_trait(&self, member: Res, of_trait: Res) -> bool {
        let Res::Item(member) = member else { return false };
        let owner = Id::new(member.unit, self.item(member).parent);
        let path = self.item(owner).of_trait;
        path != NONE && self.hits(Id::new(owner.unit, path), Space::Type).contains(&of_trait)
    }

    /// What `receiver.name(..)` may call.
    pub fn method(&self, receiver: Id, name: GName, args: u8) -> Targets {
        let mut ty = self.eval(receiver);
        for _ in 0..8 {
            let hits = self.method_of(&ty, name, args);
            if !hits.iter().all(|res| self.is_pointer_method(&ty, *res)) {
                return Targets { hits, known: true };
            }
            match self.pointee(&ty) {
                Some(inner) => ty = inner,
                None => return Targets { hits, known: ty != Type::Unknown },
            }
        }
        Targets { hits: Hits::new(), known: false }
    }

    /// Methods only: `arc.len()` is no method of `Arc`.
    fn method_of(&self, ty: &Type, name: GName, args: u8) -> Hits {
        if *ty == Type::Unknown {
            return Hits::new();
        }
        let mut hits = self.member(ty, name);
        hits.retain(|res| match res {
            Res::Item(id) => self.item(*id).kind == ItemKind::Fn && self.takes(*id, args),
            _ => true,
        });
        hits
    }

    /// Whether a method takes that many arguments behind `self`.
    fn takes(&self, id: Id, args: u8) -> bool {
        self.item(id).params.len == u32::from(args) + 1
    }

    /// Whether the name, looked up in a smart pointer, is not listed there: then it belongs to what it points to.
    fn is_pointer_method(&self, ty: &Type, res: Res) -> bool {
        match res {
            Res::Ext(id) => self.pointee(ty).is_some() && !self.is_listed(id),
            _ => false,
        }
    }

    /// Functions of the workspace that a method call on an unknown receiver may mean.
    pub fn candidates(&self, name: GName, args: u8) -> &[Id] {
        self.methods.get(&(name, args)).map_or(&[], Vec::as_slice)
    }

    /// Whether the workspace has a method of that name at all.
    pub fn has_method(&self, name: GName, args: u8) -> bool {
        self.methods.contains_key(&(name, args))
    }

    /// Impls of a trait of the workspace.
    pub fn implementors(&self, of_trait: Id) -> &[Id] {
        self.implementors.get(&of_trait).map_or(&[], Vec::as_slice)
    }
}
