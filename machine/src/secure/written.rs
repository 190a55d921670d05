//! A device's state as canonical JSON in one buffer of known size. Not by `serde_json`: it starts with a small buffer, and
//! each time that one grows it leaves the secrets that it held in memory.

use alloc::{
    collections::{BTreeSet, VecDeque},
    string::String,
    vec::Vec,
};

use super::keys::Secret;
use crate::kernel::{
    Digest, Int, PublicKey,
    canonical::{write_hex, write_text},
    digest::hex_into,
};

/// What a state consists of.
pub(super) trait Written {
    /// Appends the canonical form.
    fn write(&self, out: &mut Vec<u8>);

    /// Whether a field of this value is left out.
    fn absent(&self) -> bool {
        false
    }
}

/// Writes a struct as an object; its fields are named in their canonical order, and must all be named.
macro_rules! written {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::secure::written::Written for $name {
            fn write(&self, out: &mut alloc::vec::Vec<u8>) {
                let Self { $($field),* } = self;
                out.push(b'{');
                let start = out.len();
                $($crate::secure::written::field(stringify!($field), $field, start, out);)*
                out.push(b'}');
            }
        }
    };
}
pub(super) use written;

/// One field of an object whose first one stands at `start`.
pub(super) fn field(name: &str, value: &impl Written, start: usize, out: &mut Vec<u8>) {
    if value.absent() {
        return;
    }
    if out.len() > start {
        out.push(b',');
    }
    write_text(name, out);
    out.push(b':');
    value.write(out);
}

impl<T: Written> Written for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.iter().for_each(|value| value.write(out));
    }

    fn absent(&self) -> bool {
        self.is_none()
    }
}

fn list<'a, T: Written + 'a>(items: impl Iterator<Item = &'a T>, out: &mut Vec<u8>) {
    out.push(b'[');
    for (at, item) in items.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        item.write(out);
    }
    out.push(b']');
}

macro_rules! lists {
    ($($list:ident),*) => {
        $(impl<T: Written> Written for $list<T> {
            fn write(&self, out: &mut Vec<u8>) {
                list(self.iter(), out);
            }
        })*
    };
}

lists!(Vec, VecDeque, BTreeSet);

impl<A: Written, B: Written> Written for (A, B) {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'[');
        self.0.write(out);
        out.push(b',');
        self.1.write(out);
        out.push(b']');
    }
}

impl Written for Secret {
    /// Straight into the buffer: digits on their way through another one would stay there.
    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'"');
        let at = out.len();
        out.resize(at + 64, 0);
        hex_into(self.bytes(), &mut out[at..]);
        out.push(b'"');
    }
}

impl Written for PublicKey {
    fn write(&self, out: &mut Vec<u8>) {
        write_hex(&self.to_hex(), out);
    }
}

impl Written for Digest {
    fn write(&self, out: &mut Vec<u8>) {
        write_hex(&self.to_hex(), out);
    }
}

impl Written for Int {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(alloc::format!("{self}").as_bytes());
    }
}

impl Written for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if *self { b"true" } else { b"false" });
    }
}

impl Written for String {
    fn write(&self, out: &mut Vec<u8>) {
        write_text(self, out);
    }
}
