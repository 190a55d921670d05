//! ZS002: a dependency that is not allowed.

use super::{Group, Rule};

/// A dependency that is not allowed.
pub(super) static RULE: Rule = Rule {
    id: "ZS002",
    title: "a dependency that is not allowed",
    group: Group::Dependency,
    what: "In the manifest of a pure crate: a normal dependency outside of the allowed ones, a `build.rs`, a feature that turns on randomness (`getrandom`, `std_rng`, `os_rng`, `runtime-rng`), and a listed dependency that brings `getrandom` by the lock file, whoever turned that feature on.",
    why: "A pure crate is only as pure as what it links; a feature of a dependency can be turned on from somewhere else.",
    instead: "Drop the dependency, turn its default features off, or allow it in `zero-sim.toml` (`crates = [\"name\"]`) once you have read it.",
    misses: "It reads Cargo.toml and Cargo.lock and asks nobody; apart from `getrandom`, what a listed dependency depends on is not judged.",
    message: "dependency `{}` is on no list of pure crates",
    ..Rule::BASE
};
