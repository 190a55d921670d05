//! What a rule's matcher sees: one fact, what its path means, and the types around it.

use crate::resolve::{GName, Hits, Id, Res, Type, World};
use crate::summary::{Fact, FactKind, Name, Place, Shape, Ty, TyId};

/// What a matcher found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The resolved name.
    pub path: String,
    /// Reasonable people disagree about this part of the rule.
    pub contentious: bool,
}

impl Found {
    /// Found, under a name.
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), contentious: false }
    }

    /// The same, for `--pedantic` only.
    pub fn contentious(path: impl Into<String>) -> Self {
        Self { path: path.into(), contentious: true }
    }
}

/// One fact and its surroundings.
pub struct View<'a> {
    /// The workspace.
    pub world: &'a World,
    /// The fact's file.
    pub unit: u32,
    /// The fact.
    pub fact: &'a Fact,
    /// What its path means, or what its method may be.
    pub hits: &'a Hits,
    /// For methods: the receiver's type is known.
    pub known: bool,
    /// The fact's owner is a part of the state (in a loose file without a machine: any type).
    pub in_state: bool,
    /// Arithmetic is checked in every profile.
    pub overflow_checked: bool,
}

impl View<'_> {
    /// The type behind an index of the file.
    pub fn ty(&self, ty: TyId) -> Type {
        self.world.eval(Id::new(self.unit, ty))
    }

    /// A name as text.
    pub fn text(&self, name: Name) -> &str {
        &self.world.summary(self.unit).names[name]
    }

    /// The workspace's number of a name.
    pub fn gname(&self, name: Name) -> GName {
        self.world.gname(self.unit, name)
    }

    /// The shape, if the fact is one.
    pub fn shape(&self) -> Option<Shape> {
        match self.fact.kind {
            FactKind::Shape(shape) => Some(shape),
            _ => None,
        }
    }

    /// Found, if the fact is one of these shapes.
    pub fn one_of(&self, shapes: &[(Shape, &str)]) -> Option<Found> {
        let shape = self.shape()?;
        shapes.iter().find(|(of, _)| *of == shape).map(|(_, name)| Found::new(*name))
    }

    /// Found, if the fact is one of these attributes of the compiler.
    pub fn builtin(&self, names: &[&str]) -> Option<Found> {
        match self.fact.kind {
            FactKind::Builtin(name) if names.contains(&self.text(name)) => {
                Some(Found::new(format!("#[{}]", self.text(name))))
            }
            _ => None,
        }
    }

    /// The last segment of a path, as written, or of what an import of that name may mean: cheap to ask before all else.
    pub fn last_segment(&self) -> Option<&str> {
        let FactKind::Path(path, _) = self.fact.kind else { return None };
        let summary = self.world.summary(self.unit);
        summary.segments[summary.paths[path as usize].segments.range()].last().map(|name| self.text(*name))
    }

    /// A path's place, if the fact is one.
    pub fn place(&self) -> Option<Place> {
        match self.fact.kind {
            FactKind::Path(_, place) => Some(place),
            _ => None,
        }
    }

    /// The canonical paths from outside that the fact's path may mean.
    pub fn ext_paths(&self) -> Vec<String> {
        let exts = self.hits.iter().filter_map(|res| match res {
            Res::Ext(id) => Some(self.world.ext_path(*id)),
            _ => None,
        });
        exts.collect()
    }

    /// The generic arguments of the fact's path.
    pub fn args(&self) -> Vec<Type> {
        let FactKind::Path(path, _) = self.fact.kind else { return Vec::new() };
        let summary = self.world.summary(self.unit);
        let args = summary.paths[path as usize].args;
        summary.lists[args.range()].iter().map(|ty| self.ty(*ty)).collect()
    }

    /// Whether a generic argument of the fact's path is written as a reference or as a pointer to a function.
    pub fn has_reference(&self) -> bool {
        let FactKind::Path(path, _) = self.fact.kind else { return false };
        let summary = self.world.summary(self.unit);
        let args = &summary.lists[summary.paths[path as usize].args.range()];
        args.iter().any(|ty| matches!(summary.tys[*ty as usize], Ty::Ref(_) | Ty::Fn(_)))
    }

    /// The canonical path of a type from outside.
    pub fn ext_name(&self, ty: &Type) -> Option<String> {
        match ty {
            Type::Ext(id, _) => Some(self.world.ext_path(*id)),
            _ => None,
        }
    }

    /// A method's name, arguments and turbofish, if the fact is a call of one.
    pub fn method(&self) -> Option<(&str, u8, TyId)> {
        match self.fact.kind {
            FactKind::Method(_, name, args, turbofish) => Some((self.text(name), args, turbofish)),
            _ => None,
        }
    }

    /// Whether one of these from outside is written in the type itself: the type, or one of its arguments.
    pub fn written(&self, ty: &Type, paths: &[&str]) -> Option<String> {
        let deeper = |args: &[Type]| args.iter().find_map(|arg| self.written(arg, paths));
        match ty {
            Type::Ext(id, args) => {
                let path = self.world.ext_path(*id);
                if paths.contains(&path.as_str()) { Some(path) } else { deeper(args) }
            }
            Type::Item(_, args) | Type::Tuple(args) => deeper(args),
            Type::Slice(of) => self.written(of, paths),
            _ => None,
        }
    }

    /// Whether the type, or one of its arguments or fields, is one of these from outside.
    pub fn contains(&self, ty: &Type, paths: &[&str]) -> Option<String> {
        self.search(ty, paths, 0)
    }

    fn search(&self, ty: &Type, paths: &[&str], depth: u32) -> Option<String> {
        if depth > 12 {
            return None;
        }
        match ty {
            Type::Ext(id, args) => {
                let path = self.world.ext_path(*id);
                let listed = paths.iter().any(|of| path == *of || path.starts_with(&format!("{of}::")));
                if listed {
                    return Some(path);
                }
                args.iter().find_map(|arg| self.search(arg, paths, depth + 1))
            }
            Type::Item(id, args) => {
                let fields = self.world.field_types(*id);
                let own = fields.iter().find_map(|field| self.search(field, paths, depth + 1));
                own.or_else(|| args.iter().find_map(|arg| self.search(arg, paths, depth + 1)))
            }
            Type::Tuple(args) => args.iter().find_map(|arg| self.search(arg, paths, depth + 1)),
            Type::Slice(of) => self.search(of, paths, depth + 1),
            _ => None,
        }
    }
}
