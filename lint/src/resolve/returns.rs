//! What the standard library's commonest functions and methods return; enough to follow a receiver through a chain.

use std::rc::Rc;

use super::{ExtId, Id, Type, World};
use crate::summary::Ty;

/// Smart pointers: what they point to has the methods.
const POINTERS: &[&str] = &[
    "std::boxed::Box",
    "std::rc::Rc",
    "std::sync::Arc",
    "std::borrow::Cow",
    "std::pin::Pin",
    "std::cell::Ref",
    "std::cell::RefMut",
    "std::sync::MutexGuard",
    "std::mem::ManuallyDrop",
];

/// Owned types that lend another type's methods.
const LENDERS: &[(&str, &str)] = &[
    ("std::string::String", "str"),
    ("std::path::PathBuf", "std::path::Path"),
    ("std::ffi::OsString", "std::ffi::OsStr"),
];

/// Functions that don't return the type that they are filed under.
const CALLS: &[(&str, &str)] = &[
    ("std::path::Path::new", "std::path::Path"),
    ("std::env::args", "std::iter::Iterator"),
    ("std::thread::spawn", "std::thread::JoinHandle"),
    ("std::thread::current", "std::thread::Thread"),
    ("std::io::stdin", "std::io::Stdin"),
    ("std::io::stdout", "std::io::Stdout"),
    ("std::any::TypeId::of", "std::any::TypeId"),
    ("std::mem::discriminant", "std::mem::Discriminant"),
    ("std::ptr::null", "pointer"),
    ("std::ptr::null_mut", "pointer"),
    ("std::ptr::from_ref", "pointer"),
    ("std::ptr::from_mut", "pointer"),
    ("std::env::var", "std::result::Result"),
];

/// Constants of a known type.
const CONSTANTS: &[(&str, &str)] = &[("std::time::UNIX_EPOCH", "std::time::SystemTime")];

/// Methods that give back what they are called on, for any type.
const SAME: &[&str] = &[
    "clone",
    "to_owned",
    "as_ref",
    "as_mut",
    "borrow",
    "borrow_mut",
    "by_ref",
    "copied",
    "cloned",
    "rev",
    "skip",
    "take",
    "filter",
    "step_by",
    "peekable",
    "chain",
    "inspect",
    "skip_while",
    "take_while",
    "fuse",
    "cycle",
    "or",
    "or_else",
    "iter",
    "iter_mut",
    "into_iter",
    "drain",
    "as_slice",
    "as_mut_slice",
    "to_vec",
    "as_deref",
    "as_deref_mut",
    "ok_or",
    "ok_or_else",
    "map_err",
    "ok",
    "filter_map_same",
    "min",
    "max",
    "clamp",
    "saturating_add",
    "saturating_sub",
    "wrapping_add",
    "wrapping_sub",
    "wrapping_mul",
    "saturating_mul",
    "pow",
    "abs",
    "checked_add",
    "checked_sub",
    "checked_mul",
    "checked_div",
    "as_path",
    "to_path_buf",
];

/// Methods that take the first argument out.
const INNER: &[&str] = &[
    "unwrap",
    "expect",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
    "get_or_insert_with",
    "get_or_insert",
    "unwrap_unchecked",
    "into_inner",
    "lock",
    "read",
    "write",
    "insert_with",
];

/// Methods that give an `Option` of an element.
const ELEMENT: &[&str] = &[
    "next",
    "first",
    "last",
    "pop",
    "pop_front",
    "pop_back",
    "front",
    "back",
    "get",
    "get_mut",
    "nth",
    "find",
    "peek",
    "next_back",
    "first_mut",
    "last_mut",
    "min_by_key",
    "max_by_key",
    "remove",
    "pop_first",
    "pop_last",
    "min_by",
    "max_by",
];

impl World {
    /// What a smart pointer or an owned type lends its methods from.
    pub(super) fn pointee(&self, ty: &Type) -> Option<Type> {
        let Type::Ext(ext, args) = ty else { return None };
        let path = self.ext_path(*ext);
        if POINTERS.contains(&path.as_str()) {
            return args.last().cloned();
        }
        if path == "std::vec::Vec" {
            return Some(Type::Slice(Rc::new(ty.arg(0))));
        }
        LENDERS.iter().find(|(from, _)| *from == path).map(|(_, to)| self.primitive(to))
    }

    /// A function or constant from outside.
    pub(super) fn ext_value(&self, ext: ExtId, args: Rc<[Type]>) -> Type {
        let path = self.ext_path(ext);
        if let Some((_, ty)) = CONSTANTS.iter().find(|(constant, _)| *constant == path) {
            return self.primitive(ty);
        }
        let last = path.rsplit("::").next().unwrap_or("");
        if ["Some", "Ok", "Err"].contains(&last) {
            return Type::Unknown;
        }
        if !last.contains(|c: char| c.is_lowercase()) {
            // A constant; by convention one that is filed under a type is of this type.
            let of_type = path.rsplit("::").nth(1).is_some_and(|name| name.starts_with(|c: char| c.is_uppercase()));
            let of_type = of_type || path.matches("::").count() == 1;
            return if of_type { Type::Ext(self.ext_parent(ext), args) } else { Type::Unknown };
        }
        // `Vec::<T>::new`: the arguments belong to the type that is called on.
        if args.is_empty() { Type::FnExt(ext) } else { Type::Closure(Rc::new(self.constructed(ext, args))) }
    }

    /// What a function from outside gives: by convention a constructor gives the type that it is filed under.
    pub(super) fn ext_call(&self, ext: ExtId) -> Type {
        self.constructed(ext, Rc::new([]))
    }

    fn constructed(&self, ext: ExtId, args: Rc<[Type]>) -> Type {
        let path = self.ext_path(ext);
        if let Some((_, ty)) = CALLS.iter().find(|(call, _)| *call == path) {
            return match *ty {
                "pointer" => Type::Pointer(Rc::new(Type::Unknown)),
                ty => self.primitive(ty),
            };
        }
        let Some((parent, last)) = path.rsplit_once("::") else { return Type::Unknown };
        let constructors =
            ["new", "now", "default", "with_capacity", "from", "with_hasher", "seed_from_u64", "from_seed"];
        let of_type = parent.rsplit("::").next().is_some_and(|name| name.starts_with(|c: char| c.is_uppercase()));
        let of_primitive = !parent.contains("::");
        let from_secs = last.starts_with("from_") && parent.ends_with("Duration");
        if constructors.contains(&last) && (of_type || of_primitive) || from_secs {
            let parent = self.ext_parent(ext);
            return Type::Ext(parent, args);
        }
        Type::Unknown
    }

    /// What a method of a type from outside gives.
    pub(super) fn ext_method(&self, ty: &Type, name: &str) -> Type {
        if let Some(of) = self.converted(ty, name) {
            return of;
        }
        if SAME.contains(&name) {
            return ty.clone();
        }
        let container = matches!(ty, Type::Ext(..) | Type::Slice(_) | Type::Tuple(_));
        if !container {
            return Type::Unknown;
        }
        if INNER.contains(&name) {
            return ty.arg(0);
        }
        if ELEMENT.contains(&name) {
            let element = if self.is(ty, "std::collections::BTreeMap") && name.starts_with(['g', 'r']) {
                ty.arg(1)
            } else {
                self.element(ty)
            };
            return if element == Type::Unknown { element } else { self.option(element) };
        }
        self.rarer(ty, name)
    }

    /// `x.as_ref()` of an `x: impl AsRef<T>`: a `T`.
    fn converted(&self, ty: &Type, name: &str) -> Option<Type> {
        let of_trait = match name {
            "as_ref" => "std::convert::AsRef",
            "as_mut" => "std::convert::AsMut",
            "borrow" => "std::borrow::Borrow",
            "into" => "std::convert::Into",
            _ => return None,
        };
        let (unit, bounds) = match ty {
            Type::Bounds(unit, bounds) => (*unit, *bounds),
            Type::Param(unit, at) => match self.summary(*unit).tys[*at as usize] {
                Ty::Param(_, bounds) => (*unit, bounds),
                _ => return None,
            },
            _ => return None,
        };
        let bounds = self.summary(unit).lists[bounds.range()].iter().map(|bound| self.eval(Id::new(unit, *bound)));
        bounds.filter(|bound| self.is(bound, of_trait)).map(|bound| bound.arg(0)).next()
    }

    fn rarer(&self, ty: &Type, name: &str) -> Type {
        match name {
            "len" | "count" => self.primitive("usize"),
            "to_string" | "to_uppercase" | "to_lowercase" => self.primitive("std::string::String"),
            "as_str" | "trim" => self.primitive("str"),
            "keys" | "into_keys" => self.iterator(ty.arg(0)),
            "values" | "values_mut" | "into_values" => self.iterator(ty.arg(1)),
            "enumerate" => self.iterator(Type::Tuple(Rc::new([self.primitive("usize"), self.element(ty)]))),
            "as_ptr" | "as_mut_ptr" => Type::Pointer(Rc::new(Type::Unknown)),
            "elapsed" if self.is(ty, "std::time::Instant") => self.primitive("std::time::Duration"),
            "duration_since" if self.is(ty, "std::time::Instant") => self.primitive("std::time::Duration"),
            "type_id" => self.primitive("std::any::TypeId"),
            _ => Type::Unknown,
        }
    }

    fn is(&self, ty: &Type, path: &str) -> bool {
        matches!(ty, Type::Ext(ext, _) if self.ext_path(*ext) == path)
    }

    fn option(&self, of: Type) -> Type {
        Type::Ext(self.ext("std::option::Option"), Rc::new([of]))
    }

    fn iterator(&self, of: Type) -> Type {
        Type::Ext(self.ext("std::iter::Iterator"), Rc::new([of]))
    }

    /// What iterating gives.
    pub(super) fn element(&self, ty: &Type) -> Type {
        match ty {
            Type::Slice(of) => (**of).clone(),
            Type::Ext(ext, args) => {
                let path = self.ext_path(*ext);
                match path.as_str() {
                    "std::collections::BTreeMap" | "std::collections::HashMap" => Type::Tuple(args.clone()),
                    _ if POINTERS.contains(&path.as_str()) => self.element(&ty.arg(0)),
                    _ => ty.arg(0),
                }
            }
            _ => Type::Unknown,
        }
    }

    /// `x[i]`.
    pub(super) fn indexed(&self, ty: &Type) -> Type {
        match ty {
            Type::Slice(of) => (**of).clone(),
            Type::Ext(..) if self.is(ty, "std::collections::BTreeMap") => ty.arg(1),
            Type::Ext(..) => match self.pointee(ty) {
                Some(inner) => self.indexed(&inner),
                None => ty.arg(0),
            },
            _ => Type::Unknown,
        }
    }

    /// `*x`.
    pub(super) fn deref(&self, ty: Type) -> Type {
        match &ty {
            Type::Pointer(of) => (**of).clone(),
            Type::Ext(ext, args) if POINTERS.contains(&self.ext_path(*ext).as_str()) => {
                args.last().cloned().unwrap_or(Type::Unknown)
            }
            _ => ty,
        }
    }

    /// `x?`.
    pub(super) fn tried(&self, ty: &Type) -> Type {
        match ty {
            Type::Ext(..) if self.is(ty, "std::option::Option") || self.is(ty, "std::result::Result") => ty.arg(0),
            _ => Type::Unknown,
        }
    }

    /// `Some(x)`, `Ok(x)`, `Err(x)` taken apart.
    pub(super) fn ext_part(&self, variant: ExtId, of: &Type) -> Type {
        match self.ext_path(variant).rsplit("::").next() {
            Some("Some" | "Ok") => of.arg(0),
            Some("Err") => of.arg(1),
            _ => Type::Unknown,
        }
    }
}
