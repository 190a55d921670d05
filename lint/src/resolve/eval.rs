//! Types of expressions, as far as the text shows them: annotations, constructors, fields, return types.
//!
//! `syn` sees no types. What is not written down, or comes out of another crate's function, stays unknown; a rule then has
//! only a method's name to go by.

use std::rc::Rc;

use super::{ExtId, Id, Res, Space, World};
use crate::summary::{Item, ItemKind, NONE, Name, PathId, Run, Ty, TyId, UNKNOWN};

/// A type. References are looked through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Nothing is known.
    Unknown,
    /// An integer of unknown width.
    Int,
    /// A type, trait or alias of the workspace, with its arguments.
    Item(Id, Rc<[Type]>),
    /// A type from outside, with its arguments; primitive types are at the root.
    Ext(ExtId, Rc<[Type]>),
    /// A raw pointer.
    Pointer(Rc<Type>),
    /// A slice, an array or a range.
    Slice(Rc<Type>),
    /// A tuple.
    Tuple(Rc<[Type]>),
    /// A generic parameter, by its unit and its place there.
    Param(u32, TyId),
    /// `dyn` or `impl` with its bounds.
    Bounds(u32, Run),
    /// A function of the workspace.
    Fn(Id),
    /// A function from outside.
    FnExt(ExtId),
    /// A closure or constructor, by what calling it gives.
    Closure(Rc<Type>),
}

impl Type {
    /// The arguments of a type from outside, or of one's own.
    pub fn args(&self) -> &[Type] {
        match self {
            Self::Item(_, args) | Self::Ext(_, args) | Self::Tuple(args) => args,
            _ => &[],
        }
    }

    /// The `at`th argument.
    pub fn arg(&self, at: usize) -> Type {
        self.args().get(at).cloned().unwrap_or(Self::Unknown)
    }
}

impl World {
    /// The type behind an index of the unit's list.
    pub fn eval(&self, id: Id) -> Type {
        if id.at == UNKNOWN {
            return Type::Unknown;
        }
        let memo = &self.memo_types[id.unit as usize][id.at as usize];
        if let Some(at) = memo.get().checked_sub(1) {
            return self.known_types.borrow()[at as usize].clone();
        }
        // A type that needs itself to be known is unknown.
        memo.set(1);
        let ty = self.compute(id);
        if ty != Type::Unknown {
            let mut known = self.known_types.borrow_mut();
            known.push(ty.clone());
            memo.set(known.len() as u32);
        }
        ty
    }

    fn compute(&self, id: Id) -> Type {
        let at = |ty: TyId| self.eval(Id::new(id.unit, ty));
        match self.summary(id.unit).tys[id.at as usize] {
            Ty::Unknown => Type::Unknown,
            Ty::Int => Type::Int,
            Ty::Float => self.primitive("f64"),
            Ty::Str => self.primitive("str"),
            Ty::Bool => self.primitive("bool"),
            Ty::Char => self.primitive("char"),
            Ty::Path(path) => self.named(id.unit, path),
            Ty::Value(path) => self.value(id.unit, path),
            Ty::Param(..) => Type::Param(id.unit, id.at),
            Ty::TraitSelf(item) => Type::Item(Id::new(id.unit, item), self.no_args()),
            Ty::Bounds(bounds) => self.bounds(id.unit, bounds),
            Ty::Ref(ty) => at(ty),
            Ty::Pointer(ty) => Type::Pointer(Rc::new(at(ty))),
            Ty::Slice(ty) => Type::Slice(Rc::new(at(ty))),
            Ty::Tuple(run) => Type::Tuple(self.list(id.unit, run)),
            Ty::Fn(ty) => Type::Closure(Rc::new(at(ty))),
            Ty::Call(ty) => self.called(&at(ty)),
            Ty::Method(ty, name) => self.method_result(Id::new(id.unit, ty), name),
            Ty::Field(ty, name) => self.field(&at(ty), self.gname(id.unit, name)),
            Ty::Index(ty) => self.indexed(&at(ty)),
            Ty::Deref(ty) => self.deref(at(ty)),
            Ty::Try(ty) => self.tried(&at(ty)),
            Ty::Element(ty) => self.element(&at(ty)),
            Ty::Part(ty, path, name) => self.part(&at(ty), id.unit, path, name),
            Ty::TuplePart(ty, index) => match at(ty) {
                Type::Tuple(tys) => tys.get(index as usize).cloned().unwrap_or(Type::Unknown),
                _ => Type::Unknown,
            },
        }
    }

    /// A primitive type.
    pub fn primitive(&self, name: &str) -> Type {
        Type::Ext(self.ext(name), self.no_args())
    }

    /// The arguments of what has none.
    pub(super) fn no_args(&self) -> Rc<[Type]> {
        Rc::clone(&self.no_args)
    }

    fn list(&self, unit: u32, run: Run) -> Rc<[Type]> {
        if run.len == 0 {
            return self.no_args();
        }
        self.summary(unit).lists[run.range()].iter().map(|ty| self.eval(Id::new(unit, *ty))).collect()
    }

    /// `dyn Fn() -> T` can be called; other bounds stay what they are.
    fn bounds(&self, unit: u32, bounds: Run) -> Type {
        for ty in &self.summary(unit).lists[bounds.range()] {
            if let Type::Ext(ext, args) = self.eval(Id::new(unit, *ty))
                && self.ext_path(ext).starts_with("std::ops::Fn")
            {
                return Type::Closure(Rc::new(args.last().cloned().unwrap_or(Type::Unknown)));
            }
        }
        Type::Bounds(unit, bounds)
    }

    /// A path in a type's place.
    fn named(&self, unit: u32, path: PathId) -> Type {
        let args = self.list(unit, self.summary(unit).paths[path as usize].args);
        for res in self.hits(Id::new(unit, path), Space::Type) {
            match res {
                Res::Item(id) => return self.item_type(id, args),
                Res::Ext(ext) => return Type::Ext(ext, args),
                Res::Hole => {}
            }
        }
        Type::Unknown
    }

    /// An item as a type.
    fn item_type(&self, id: Id, args: Rc<[Type]>) -> Type {
        let item = self.item(id);
        match item.kind {
            ItemKind::Struct | ItemKind::Enum | ItemKind::Trait => Type::Item(id, args),
            ItemKind::Variant => Type::Item(Id::new(id.unit, item.parent), args),
            ItemKind::Alias => {
                let ty = self.eval(Id::new(id.unit, item.ty));
                self.substitute(ty, &self.params(id), &args)
            }
            ItemKind::Assoc if item.ty != UNKNOWN => self.eval(Id::new(id.unit, item.ty)),
            ItemKind::Assoc => Type::Bounds(id.unit, item.params),
            _ => Type::Unknown,
        }
    }

    /// A path in a value's place.
    fn value(&self, unit: u32, path: PathId) -> Type {
        for res in self.hits(Id::new(unit, path), Space::Value) {
            match res {
                Res::Item(id) => return self.item_value(id),
                Res::Ext(ext) => {
                    return self.ext_value(ext, self.list(unit, self.summary(unit).paths[path as usize].args));
                }
                Res::Hole => {}
            }
        }
        Type::Unknown
    }

    fn item_value(&self, id: Id) -> Type {
        let item = self.item(id);
        match item.kind {
            ItemKind::Fn => Type::Fn(id),
            ItemKind::Const | ItemKind::Static => self.eval(Id::new(id.unit, item.ty)),
            ItemKind::Struct if item.fields.len == 0 => Type::Item(id, self.no_args()),
            ItemKind::Struct => Type::Closure(Rc::new(Type::Item(id, self.no_args()))),
            ItemKind::Variant => {
                let of = Type::Item(Id::new(id.unit, item.parent), self.no_args());
                if item.fields.len == 0 { of } else { Type::Closure(Rc::new(of)) }
            }
            _ => Type::Unknown,
        }
    }

    /// What calling gives.
    fn called(&self, callee: &Type) -> Type {
        match callee {
            Type::Fn(id) => self.eval(Id::new(id.unit, self.item(*id).ty)),
            Type::Closure(ty) => (**ty).clone(),
            Type::FnExt(ext) => self.ext_call(*ext),
            _ => Type::Unknown,
        }
    }

    fn method_result(&self, receiver: Id, name: Name) -> Type {
        let ty = self.eval(receiver);
        if ty == Type::Unknown {
            return Type::Unknown;
        }
        let gname = self.gname(receiver.unit, name);
        let mut at = ty;
        for _ in 0..8 {
            for res in self.member(&at, gname) {
                if let Res::Item(id) = res
                    && self.item(id).kind == ItemKind::Fn
                {
                    let ty = self.eval(Id::new(id.unit, self.item(id).ty));
                    return self.substitute_impl(ty, id, &at);
                }
            }
            let known = self.ext_method(&at, &self.gtext(gname));
            if known != Type::Unknown {
                return known;
            }
            match self.pointee(&at) {
                Some(inner) => at = inner,
                None => break,
            }
        }
        Type::Unknown
    }

    /// A method's result with the impl's parameters replaced by the receiver's arguments.
    fn substitute_impl(&self, ty: Type, method: Id, receiver: &Type) -> Type {
        let owner = Id::new(method.unit, self.item(method).parent);
        let of = self.eval(Id::new(owner.unit, self.item(owner).ty));
        let params = of.args().to_vec();
        self.substitute(ty, &params, receiver.args())
    }

    /// A field's type.
    fn field(&self, ty: &Type, name: super::GName) -> Type {
        let mut at = ty.clone();
        for _ in 0..8 {
            match &at {
                Type::Item(id, args) => return self.field_of(*id, name, args),
                Type::Tuple(tys) => {
                    let index = self.gtext(name).parse::<usize>();
                    return index.ok().and_then(|index| tys.get(index).cloned()).unwrap_or(Type::Unknown);
                }
                _ => match self.pointee(&at) {
                    Some(inner) => at = inner,
                    None => break,
                },
            }
        }
        Type::Unknown
    }

    fn field_of(&self, id: Id, name: super::GName, args: &[Type]) -> Type {
        let item = self.item(id);
        let fields = &self.summary(id.unit).fields[item.fields.range()];
        match fields.iter().find(|field| self.gname(id.unit, field.name) == name) {
            Some(field) => {
                let ty = self.eval(Id::new(id.unit, field.ty));
                self.substitute(ty, &self.params(id), args)
            }
            None => Type::Unknown,
        }
    }

    /// What a pattern takes out.
    fn part(&self, of: &Type, unit: u32, path: PathId, name: Name) -> Type {
        for res in self.hits(Id::new(unit, path), Space::Any) {
            match res {
                Res::Item(id) if matches!(self.item(id).kind, ItemKind::Variant | ItemKind::Struct) => {
                    let ty = self.field_of(id, self.gname(unit, name), &[]);
                    let params = match self.item(id).kind {
                        ItemKind::Variant => self.params(Id::new(id.unit, self.item(id).parent)),
                        _ => self.params(id),
                    };
                    return self.substitute(ty, &params, of.args());
                }
                Res::Ext(ext) => return self.ext_part(ext, of),
                _ => {}
            }
        }
        Type::Unknown
    }

    /// The types of all fields, of all variants too.
    pub fn field_types(&self, id: Id) -> Vec<Type> {
        let summary = self.summary(id.unit);
        let of = |item: &Item| summary.fields[item.fields.range()].iter().map(|field| field.ty).collect::<Vec<_>>();
        let mut tys = of(self.item(id));
        if self.item(id).kind == ItemKind::Enum {
            let variants = summary.items.iter().filter(|item| item.kind == ItemKind::Variant && item.parent == id.at);
            tys.extend(variants.flat_map(of));
        }
        tys.into_iter().map(|ty| self.eval(Id::new(id.unit, ty))).collect()
    }

    /// An item's own generic parameters.
    fn params(&self, id: Id) -> Vec<Type> {
        self.list(id.unit, self.item(id).generics).to_vec()
    }

    /// Replaces parameters by arguments.
    fn substitute(&self, ty: Type, params: &[Type], args: &[Type]) -> Type {
        if params.is_empty() || args.is_empty() {
            return ty;
        }
        let deeper = |ty: &Type| self.substitute(ty.clone(), params, args);
        match &ty {
            Type::Param(..) => match params.iter().position(|param| *param == ty) {
                Some(at) => args.get(at).cloned().unwrap_or(Type::Unknown),
                None => ty,
            },
            Type::Item(id, of) => Type::Item(*id, of.iter().map(deeper).collect()),
            Type::Ext(id, of) => Type::Ext(*id, of.iter().map(deeper).collect()),
            Type::Tuple(of) => Type::Tuple(of.iter().map(deeper).collect()),
            Type::Slice(of) => Type::Slice(Rc::new(deeper(of))),
            Type::Pointer(of) => Type::Pointer(Rc::new(deeper(of))),
            _ => ty,
        }
    }

    /// Whether a function takes `self`, and of what.
    pub fn owner(&self, id: Id) -> Option<&Item> {
        let parent = self.item(id).parent;
        (parent != NONE).then(|| self.item(Id::new(id.unit, parent)))
    }
}
