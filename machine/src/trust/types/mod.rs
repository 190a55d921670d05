//! The value types of the domain: ids, wallets, codes, scopes, labels, blobs. Past the edge a value of a type is valid: each is read
//! in one place, refuses every other spelling, and cannot be made otherwise. Nothing here knows a concern.

mod account;
mod blob;
mod code;
mod label;
mod named;
mod number;
mod origin;
mod scope;
mod user_id;

use core::fmt;

pub use account::{Account, keccak};
pub use blob::{BLOB_BYTES_MAX, Blob};
pub use code::Code;
pub use label::{Label, is_plain};
pub use named::{Stage, Which};
pub use number::{Counter, Padded};
pub use origin::Origin;
pub use scope::{RIGHTS, Right, Scope};
pub use user_id::{Of, UserId};

use crate::kernel::table::RowKey;

/// Serde by `Display` and a fallible reader: a type that is a text when written.
macro_rules! as_text {
    ($name:ty, $expected:literal) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut text = $crate::kernel::table::KeyText::default();
                $crate::kernel::table::RowKey::write(self, &mut text);
                serializer.serialize_str(text.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str($crate::trust::types::TextVisitor::new($expected))
            }
        }
    };
}
pub(crate) use as_text;

/// Reads a text as a key is read, without an allocation.
pub(crate) struct TextVisitor<T>(&'static str, core::marker::PhantomData<T>);

impl<T> TextVisitor<T> {
    pub(crate) fn new(expected: &'static str) -> Self {
        Self(expected, core::marker::PhantomData)
    }
}

impl<T: RowKey> serde::de::Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.0)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        T::parse(text).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }
}
