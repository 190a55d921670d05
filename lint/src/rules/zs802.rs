//! ZS802: foreign code.

use super::{Found, Group, Kind, Rule, View};

/// Foreign code.
pub(super) static RULE: Rule = Rule {
    id: "ZS802",
    title: "foreign code",
    group: Group::Unsafe,
    what: "`extern \"C\"` blocks and functions, `#[no_mangle]`, `#[export_name]`, `#[link]`, `#[link_section]`.",
    why: "Code that nobody here sees; exported symbols can replace others.",
    instead: "Rust; call foreign code from the shell.",
    misses: "A symbol that a build script links.",
    message: "`{}` is code that nobody here sees",
    bad: r#"extern "C" { //~ ZS802
    fn lucky_number() -> u64;
}
#[no_mangle] //~ ZS802
pub fn apply(x: u64) -> u64 { x }
"#,
    good: r"pub fn apply(x: u64) -> u64 { lucky_number(x) }
fn lucky_number(x: u64) -> u64 { x.rotate_left(7) }
",
    paths: &["cxx", "wasm_bindgen", "js_sys", "pyo3", "jni", "napi", "neon", "uniffi", "objc", "objc2", "cpp", "bindgen", "cc"],
    kinds: &[Kind::Builtin, Kind::Shape],
    check: Some(check),
    ..Rule::BASE
};

/// Attributes that meddle with symbols.
const SYMBOLS: &[&str] = &[
    "no_mangle", "export_name", "link", "link_section", "link_name", "link_ordinal", "used", "linkage", "ffi_const", "ffi_pure",
    "panic_handler",
];

fn check(view: &View<'_>) -> Option<Found> {
    use crate::summary::Shape as S;
    view.one_of(&[(S::ForeignBlock, "extern block"), (S::ForeignFn, "extern fn")]).or_else(|| view.builtin(SYMBOLS))
}
