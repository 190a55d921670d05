//! ZS811: addresses as data.

use super::{Found, Group, Kind, Rule, View};

/// Addresses as data.
pub(super) static RULE: Rule = Rule {
    id: "ZS811",
    title: "addresses as data",
    group: Group::Address,
    what: "`{:p}`, raw pointers, `as usize` on pointers and functions, `as_ptr`, `addr`, `ptr::eq`, `Rc::ptr_eq`, `align_offset`.",
    why: "The loader and the allocator place things differently in every run.",
    instead: "Ids that the state hands out; compare values.",
    misses: "A bare `handler as usize` where `handler` comes in as a parameter.",
    message: "`{}` is an address, which differs in every run",
    bad: r#"fn apply(names: &[String]) -> String {
    format!("{:p}", names.as_ptr()) //~ ZS811
}
"#,
    good: r#"fn apply(names: &[String], id: usize) -> Option<String> {
    names.get(id).map(|name| format!("{name:?}"))
}
"#,
    paths: &["std::fmt::Pointer", "std::ptr", "std::rc::Rc::as_ptr", "std::rc::Rc::ptr_eq", "std::rc::Rc::into_raw", "std::rc::Rc::from_raw", "std::rc::Weak::ptr_eq", "std::rc::Weak::as_ptr", "std::sync::Arc::as_ptr", "std::sync::Arc::ptr_eq", "std::sync::Arc::into_raw", "std::sync::Arc::from_raw", "std::sync::Weak::ptr_eq", "std::sync::Weak::as_ptr", "std::boxed::Box::into_raw", "std::boxed::Box::from_raw", "std::boxed::Box::as_ptr", "std::ptr::addr_of!", "std::ptr::addr_of_mut!", "slice::as_ptr", "slice::as_mut_ptr", "slice::as_ptr_range", "slice::align_to", "str::as_ptr", "std::vec::Vec::as_ptr", "std::vec::Vec::as_mut_ptr", "std::string::String::as_ptr", "std::cell::Cell::as_ptr", "std::cell::RefCell::as_ptr", "by_address"],
    methods: &["as_ptr", "as_mut_ptr", "addr", "expose_provenance", "expose_addr", "align_offset", "ptr_eq", "as_ptr_range", "into_raw"],
    kinds: &[Kind::Cast, Kind::Format, Kind::Method, Kind::Shape],
    check: Some(check),
    ..Rule::BASE
};

use crate::resolve::Type;
use crate::summary::{FactKind, Shape};

fn check(view: &View<'_>) -> Option<Found> {
    match view.fact.kind {
        FactKind::Format(b'p', _) => Some(Found::new("{:p}")),
        FactKind::Format(b'?', ty) => matches!(view.ty(ty), Type::Pointer(_)).then(|| Found::new("{:?} of a pointer")),
        FactKind::Cast(from, to) => {
            let to = view.ext_name(&view.ty(to)).unwrap_or_default();
            let address = matches!(view.ty(from), Type::Pointer(_) | Type::Fn(_) | Type::FnExt(_) | Type::Closure(_));
            (address && to.starts_with(['u', 'i'])).then(|| Found::new(format!("address as {to}")))
        }
        FactKind::Method(receiver, name, ..) => {
            let name = view.text(name);
            let of_pointer = RULE.methods.contains(&name) && matches!(view.ty(receiver), Type::Pointer(_));
            of_pointer.then(|| Found::new(format!("pointer::{name}")))
        }
        _ => view.one_of(&[(Shape::PointerType, "raw pointer"), (Shape::RawBorrow, "&raw")]),
    }
}
