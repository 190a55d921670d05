//! What is known of names from outside: which are pure, and where they are really defined.

mod crates;
mod prelude;
mod std_names;

pub use crates::CRATES;
pub use prelude::prelude;
pub use std_names::{MACROS, PURE, REEXPORTS};

/// What is said about a name from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody has thought of it: ZS001.
    Unknown,
    /// On the list of pure names.
    Allowed,
    /// A rule's, by its place in the registry.
    Rule(u8),
}

/// All listed names: those that are allowed, then those of the rules, which are more specific where both list one.
pub fn listed() -> Vec<(&'static str, Verdict)> {
    let mut listed: Vec<(&str, Verdict)> = PURE.iter().map(|path| (*path, Verdict::Allowed)).collect();
    listed.extend(MACROS.iter().map(|path| (*path, Verdict::Allowed)));
    listed.extend(CRATES.iter().map(|(name, _)| (*name, Verdict::Allowed)));
    for (at, rule) in crate::rules::ALL.iter().enumerate() {
        listed.extend(rule.paths.iter().map(|path| (*path, Verdict::Rule(at as u8))));
    }
    listed
}
