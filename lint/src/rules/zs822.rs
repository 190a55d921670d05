//! ZS822: width, byte order, layout.

use super::{Found, Group, Kind, Rule, View};

/// Width, byte order, layout.
pub(super) static RULE: Rule = Rule {
    id: "ZS822",
    title: "width, byte order, layout",
    group: Group::Platform,
    what: "`to_ne_bytes`, `size_of::<usize>`, `usize::MAX`, `align_of`, C's integers, `MAIN_SEPARATOR`, `env::consts`. With `--pedantic`: `usize` in the state.",
    why: "32 and 64 bits, and both byte orders, give different results.",
    instead: "Integers of a stated width, `to_le_bytes`.",
    misses: "The width of a generic type.",
    message: "`{}` differs between targets",
    bad: r"fn apply(x: u32) -> Vec<u8> {
    let mut bytes = x.to_ne_bytes().to_vec(); //~ ZS822
    bytes.truncate(std::mem::size_of::<usize>()); //~ ZS822
    bytes
}
",
    good: r"fn apply(x: u32) -> Vec<u8> {
    let mut bytes = x.to_le_bytes().to_vec();
    bytes.truncate(std::mem::size_of::<u32>());
    bytes
}
",
    paths: &["usize::MAX", "usize::MIN", "usize::BITS", "usize::max_value", "isize::MAX", "isize::MIN", "isize::BITS", "isize::max_value", "isize::min_value", "std::mem::align_of", "std::mem::min_align_of", "std::path::MAIN_SEPARATOR", "std::path::MAIN_SEPARATOR_STR", "std::path::SEPARATORS", "std::path::is_separator", "std::env::consts", "std::ffi::c_char", "std::ffi::c_int", "std::ffi::c_long", "std::ffi::c_longlong", "std::ffi::c_schar", "std::ffi::c_short", "std::ffi::c_uchar", "std::ffi::c_uint", "std::ffi::c_ulong", "std::ffi::c_ulonglong", "std::ffi::c_ushort", "std::sync::atomic::AtomicUsize::BITS", "byteorder::NativeEndian", "byteorder::NE", "std::mem::offset_of!", "memoffset", "zerocopy::NativeEndian"],
    methods: &["to_ne_bytes", "from_ne_bytes", "put_u32_ne", "put_u64_ne", "get_u32_ne", "get_u64_ne"],
    kinds: &[Kind::Field, Kind::Method, Kind::Path],
    check: Some(check),
    ..Rule::BASE
};

use crate::resolve::Type;
use crate::summary::{FactKind, Place};

/// Functions of every integer type whose result has the host's byte order.
const NATIVE: &[&str] = &["to_ne_bytes", "from_ne_bytes"];

fn check(view: &View<'_>) -> Option<Found> {
    match view.fact.kind {
        FactKind::Path(_, Place::Value | Place::Call) if ["to_ne_bytes", "from_ne_bytes", "size_of", "size_of_val"].contains(&view.last_segment()?) => view.ext_paths().into_iter().find_map(|path| called(view, &path)),
        FactKind::Method(_, name, ..) if view.known && NATIVE.contains(&view.text(name)) => Some(Found::new(view.text(name))),
        FactKind::Field(ty) if view.in_state => {
            let width = view.written(&view.ty(ty), &["usize", "isize"])?;
            Some(Found::contentious(width))
        }
        _ => None,
    }
}

fn called(view: &View<'_>, path: &str) -> Option<Found> {
    let last = path.rsplit("::").next()?;
    if NATIVE.contains(&last) {
        return Some(Found::new(path));
    }
    let sized = path == "std::mem::size_of" || path == "std::mem::size_of_val";
    let wide = |ty: &Type| {
        matches!(ty, Type::Pointer(_)) || view.ext_name(ty).is_some_and(|name| ["usize", "isize"].contains(&name.as_str()))
    };
    (sized && (view.args().iter().any(wide) || view.has_reference())).then(|| Found::new("size_of::<usize>"))
}
