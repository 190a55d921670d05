//! Scopes: what a session may do.

use alloc::string::ToString as _;
use core::fmt;

use super::as_text;
use crate::kernel::table::RowKey;

/// What a session may do: a set of rights, never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope(u8);

/// A right that a scope can hold, in the order in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Messages and chat keys.
    Chat,
    /// The profile.
    Profile,
    /// Private reads.
    Read,
    /// Using referral codes.
    Referral,
    /// Rotating and revoking sessions.
    Session,
}

/// All rights with their names.
pub const RIGHTS: [(Right, &str); 5] = [
    (Right::Chat, "chat"),
    (Right::Profile, "profile"),
    (Right::Read, "read"),
    (Right::Referral, "referral"),
    (Right::Session, "session"),
];

/// A right's number is its place in the list, and its bit in a scope.
const _: () = {
    let mut at = 0;
    while at < RIGHTS.len() {
        assert!(RIGHTS[at].0 as usize == at, "the list has the order of the rights");
        at += 1;
    }
    assert!(Scope::ALL.0.trailing_ones() as usize == at, "a bit for every right");
};

impl Scope {
    /// Every right.
    pub const ALL: Self = Self(0b1_1111);

    /// Whether it holds a right.
    #[must_use]
    pub fn allows(self, right: Right) -> bool {
        self.0 & (1 << right as u8) != 0
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        assert_ne!(self.0, 0, "a session may do something");
        let mut comma = "";
        for (_, name) in RIGHTS.iter().filter(|(right, _)| self.allows(*right)) {
            write!(out, "{comma}{name}")?;
            comma = ",";
        }
        Ok(())
    }
}

impl RowKey for Scope {
    fn parse(text: &str) -> Option<Self> {
        let mut scope = Self(0);
        for part in text.split(',') {
            let (right, _) = RIGHTS.iter().find(|(_, name)| *name == part)?;
            scope.0 |= 1 << *right as u8;
        }
        (scope.to_string() == text).then_some(scope)
    }
}

as_text!(Scope, "a sorted, comma-joined subset of chat,profile,read,referral,session");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_has_one_spelling() {
        assert_eq!(Scope::ALL.to_string(), "chat,profile,read,referral,session");
        assert_eq!(Scope::parse("chat,read").map(|scope| scope.to_string()).as_deref(), Some("chat,read"));
        for bad in ["", "read,chat", "chat,chat", "chat,", "admin", "Chat"] {
            assert_eq!(Scope::parse(bad), None, "{bad}");
        }
    }
}
