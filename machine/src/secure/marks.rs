//! Which message of a chain was opened under each number: a number that comes again with other randomness was used twice, so
//! its sender's state was restored or cloned; with the same randomness it is only the message once more.

use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, de};

use super::{keys::Salt, written::Written};
use crate::{
    bug,
    kernel::{
        Int,
        canonical::write_hex,
        digest::{hex, unhex},
    },
};

/// The first bytes of a message's randomness. Two messages that begin alike pass for one, which costs a notice and no more.
type Mark = [u8; 4];
/// Of a number under which nothing was opened.
const NONE: Mark = [0; 4];

/// A mark for each number of a chain, up to the highest that was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks(Vec<Mark>);

fn mark(random: &Salt) -> Mark {
    let [a, b, c, d, ..] = random.0;
    [a, b, c, d]
}

impl Marks {
    /// Notes which message was opened under a number.
    pub(super) fn note(&mut self, n: Int, random: &Salt) {
        let at = usize::try_from(n.get()).unwrap_or_else(|_| bug!("message {n} was opened, in a chain of fewer"));
        if self.0.len() <= at {
            self.0.resize(at + 1, NONE);
        }
        self.0[at] = mark(random);
    }

    /// Whether another message than this one was opened under its number.
    pub(super) fn other(&self, n: Int, random: &Salt) -> bool {
        let known = usize::try_from(n.get()).ok().and_then(|at| self.0.get(at));
        known.is_some_and(|known| *known != NONE && *known != mark(random))
    }

    /// How many numbers have a mark.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

impl Written for Marks {
    fn write(&self, out: &mut Vec<u8>) {
        write_hex(hex(self.0.as_flattened()).as_bytes(), out);
    }
}

impl<'de> Deserialize<'de> for Marks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Hex)
    }
}

struct Hex;

impl de::Visitor<'_> for Hex {
    type Value = Marks;

    fn expecting(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        out.write_str("eight lower-case hex digits a message")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Marks, E> {
        let marks = text.as_bytes().chunks(8).map(|digits| unhex(core::str::from_utf8(digits).ok()?));
        marks
            .collect::<Option<_>>()
            .map(Marks)
            .ok_or_else(|| E::custom("expected eight lower-case hex digits a message"))
    }
}
