//! ZS823: values that the compiler chooses.

use super::{Found, Group, Kind, Rule, View};

/// Values that the compiler chooses.
pub(super) static RULE: Rule = Rule {
    id: "ZS823",
    title: "values that the compiler chooses",
    group: Group::Platform,
    what: "`type_name`, `TypeId`, hashing a `Discriminant`, `Location::caller`, `#[track_caller]`, `file!`, `line!`, `column!`, `module_path!`.",
    why: "Texts and ids change with every build.",
    instead: "Names and numbers that you write down.",
    misses: "`{:?}` of a standard type used as data.",
    message: "`{}` changes from build to build",
    bad: r"fn apply(_: u64) -> (&'static str, u32) {
    (std::any::type_name::<u64>(), line!()) //~ ZS823
}
",
    good: r#"fn apply(_: u64) -> (&'static str, u32) {
    ("u64", 1)
}
"#,
    paths: &["std::any::type_name", "std::any::type_name_of_val", "std::any::TypeId", "std::panic::Location", "std::file!", "std::line!", "std::column!", "std::module_path!", "std::mem::Discriminant::hash", "std::mem::variant_count", "std::error::request_ref", "std::error::request_value", "typeid", "type_uuid", "std::any::Any::type_id", "function_name"],
    methods: &["type_id"],
    kinds: &[Kind::Builtin],
    check: Some(check),
    ..Rule::BASE
};

fn check(view: &View<'_>) -> Option<Found> {
    view.builtin(&["track_caller"])
}
