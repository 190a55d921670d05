//! Canonical JSON (RFC 8785, JCS) by types: fields are declared in canonical order, so serialising is canonicalising.
//!
//! What makes it safe is what is absent: no floats, no nulls, no integer above 2^53-1, no generic `Value`. Each struct
//! that is hashed declares its fields in the order of their names (a test compares with an independent canonicaliser).

use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::bug;

/// An integer as every JSON reader understands it: 0..=2^53-1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Int(u64);

impl Int {
    /// 2^53-1, the largest.
    pub const MAX: Self = Self((1 << 53) - 1);
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The number, if it lies in range.
    #[must_use]
    pub const fn new(value: u64) -> Option<Self> {
        if value <= Self::MAX.0 { Some(Self(value)) } else { None }
    }

    /// The number, or the largest where it lies above.
    #[must_use]
    pub const fn saturating(value: u64) -> Self {
        if value <= Self::MAX.0 { Self(value) } else { Self::MAX }
    }

    /// The number, which lies in range.
    ///
    /// # Panics
    /// If it does not: whoever adds up what is bounded gets nowhere near.
    #[must_use]
    pub fn exact(value: u64) -> Self {
        Self::new(value).unwrap_or_else(|| bug!("{value} is no integer of a ledger"))
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl From<u32> for Int {
    fn from(value: u32) -> Self {
        Self(u64::from(value))
    }
}

impl fmt::Display for Int {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl fmt::Debug for Int {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl Serialize for Int {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

impl<'de> Deserialize<'de> for Int {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = u64::deserialize(deserializer)?;
        Self::new(value).ok_or_else(|| D::Error::custom("an integer above 2^53-1"))
    }
}

/// Why bytes are not the canonical form of a value of the expected type.
#[derive(Debug, thiserror::Error)]
pub enum NotCanonical {
    /// Not JSON, or not of this shape: unknown, missing or repeated fields, wrong types, numbers out of range.
    #[error("not of the expected shape: {0}")]
    Shape(#[from] serde_json::Error),
    /// JSON of this shape, written otherwise than RFC 8785 demands.
    #[error("not canonical: byte {at} differs from the canonical form")]
    Form {
        /// Offset of the first byte that differs.
        at: usize,
    },
}

/// The canonical bytes of a value.
///
/// # Panics
/// Never for the types of this crate: none has a map with keys that are not strings, or a failing `Serialize`.
#[must_use]
#[expect(clippy::expect_used, reason = "only a type with a failing `Serialize` could get here; ours have none")]
pub fn to_bytes<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("a type of this crate serialises")
}

/// The canonical bytes of a value, appended.
///
/// # Panics
/// As [`to_bytes`].
pub fn write<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) {
    out.extend(to_bytes(value));
}

/// A string, appended. One of letters, digits and the like, as nearly all of a ledger's are, has nothing to escape.
pub(crate) fn write_text(text: &str, out: &mut Vec<u8>) {
    let plain = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'"' && byte != b'\\';
    if text.bytes().all(plain) {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        write(text, out);
    }
}

/// Hex digits as a string, appended: they are most of a line.
pub(crate) fn write_hex(digits: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(digits);
    out.push(b'"');
}

/// Reads a value and demands that the bytes are exactly its canonical form.
///
/// # Errors
/// [`NotCanonical`], saying whether the shape or only the form is wrong.
pub fn from_bytes<'a, T: Deserialize<'a> + Serialize>(bytes: &'a [u8]) -> Result<T, NotCanonical> {
    let value = serde_json::from_slice(bytes)?;
    let canonical = to_bytes(&value);
    if canonical == bytes {
        return Ok(value);
    }
    let same = canonical.iter().zip(bytes).take_while(|(ours, theirs)| ours == theirs).count();
    Err(NotCanonical::Form { at: same })
}

#[cfg(test)]
mod tests;
