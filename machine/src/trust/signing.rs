//! Signed requests, of users and of the operator alike: their canonical form, what is signed of them, and their ids.

use alloc::vec::Vec;

use serde::Serialize;

use super::types::Counter;
use crate::kernel::{
    Digest, PublicKey, Signature,
    canonical::{write, write_hex, write_text},
    tags,
};

/// Nearly every intent fits, with no second allocation.
const BYTES_USUAL: usize = 1_024;

/// A signed request: what is wanted, and in which session by which key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed<B, S> {
    /// What is wanted.
    pub body: B,
    /// Tells this request from every other of the session; at least 1.
    pub counter: Counter,
    /// The key that signed.
    pub key: PublicKey,
    /// The session's id, or the operator's name for one.
    pub session: S,
    /// The signature over the tagged origin and the canonical request without this field.
    pub sig: Signature,
}

/// A body that can stand in a signed request.
pub trait Written {
    /// The kind as it stands in the event.
    fn kind(&self) -> &'static str;

    /// The canonical bytes of the body, appended.
    fn write(&self, out: &mut Vec<u8>);
}

impl<B: Written, S: Serialize> Signed<B, S> {
    /// What the key signs: tag, origin, newline, and the canonical request without `sig`.
    #[must_use]
    pub fn signed_bytes(&self, origin: &str) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(BYTES_USUAL);
        bytes.extend_from_slice(tags::INTENT.0.as_bytes());
        bytes.extend_from_slice(origin.as_bytes());
        bytes.push(b'\n');
        self.write_unsigned(&mut bytes);
        bytes.extend_from_slice(VERSION);
        bytes
    }

    /// The event's id: SHA-256 of the signed bytes.
    #[must_use]
    pub fn id(&self, origin: &str) -> Digest {
        Digest::untagged(&[&self.signed_bytes(origin)])
    }

    /// The canonical bytes, appended.
    pub fn write(&self, out: &mut Vec<u8>) {
        self.write_unsigned(out);
        out.extend_from_slice(SIG);
        write_hex(&self.sig.to_hex(), out);
        out.push(b',');
        out.extend_from_slice(VERSION);
    }

    /// The canonical request up to where `sig` belongs.
    fn write_unsigned(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"body\":");
        self.body.write(out);
        out.extend_from_slice(b",\"counter\":");
        write(&self.counter, out);
        out.extend_from_slice(b",\"key\":");
        write_hex(&self.key.to_hex(), out);
        out.extend_from_slice(b",\"kind\":");
        write_text(self.body.kind(), out);
        out.extend_from_slice(b",\"session\":");
        write(&self.session, out);
        out.push(b',');
    }
}

const SIG: &[u8] = b"\"sig\":";
const VERSION: &[u8] = b"\"v\":1}";
/// How many bytes of a canonical request `sig` takes, its comma included: it stands right before the version.
const SIG_BYTES: usize = SIG.len() + 1 + 128 + 1 + 1;

/// The parts of what is signed of a canonical request, behind the tag: origin, newline, and the request around its `sig`.
///
/// # Panics
/// If the bytes are no canonical request.
fn parts_of_written<'a>(origin: &'a str, bytes: &'a [u8]) -> [&'a [u8]; 4] {
    let (before, rest) = bytes.split_at(bytes.len() - VERSION.len() - SIG_BYTES);
    let (sig, after) = rest.split_at(SIG_BYTES);
    assert!(sig.starts_with(SIG) && after == VERSION, "a canonical request ends in its signature and the version");
    [origin.as_bytes(), b"\n", before, after]
}

/// The id of a canonical request, without writing it again.
///
/// # Panics
/// If the bytes are no canonical request.
#[must_use]
pub fn id_of_written(origin: &str, bytes: &[u8]) -> Digest {
    Digest::of(tags::INTENT, &parts_of_written(origin, bytes))
}

/// What is signed of a canonical request, without writing the request again.
///
/// # Panics
/// If the bytes are no canonical request.
#[must_use]
pub fn signed_of_written(origin: &str, bytes: &[u8]) -> Vec<u8> {
    let [origin, newline, before, after] = parts_of_written(origin, bytes);
    [tags::INTENT.0.as_bytes(), origin, newline, before, after].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone)]
    struct Said(&'static str);

    impl Written for Said {
        fn kind(&self) -> &'static str {
            "SAID"
        }

        fn write(&self, out: &mut Vec<u8>) {
            write(self.0, out);
        }
    }

    #[test]
    fn what_is_signed_is_the_same_whether_it_is_written_or_cut_out() {
        let counter = Counter::new(7).expect("a counter");
        for text in ["", "x", "\"sig\":\"", "\u{1f600}\n"] {
            let request =
                Signed { body: Said(text), counter, key: PublicKey([1; 32]), session: "s", sig: Signature([2; 64]) };
            let mut bytes = Vec::new();
            request.write(&mut bytes);
            assert_eq!(signed_of_written("o.example", &bytes), request.signed_bytes("o.example"));
            assert_eq!(id_of_written("o.example", &bytes), request.id("o.example"));
        }
    }

    #[test]
    #[should_panic(expected = "a canonical request")]
    fn what_is_no_request_has_no_id() {
        let _ = id_of_written("o.example", &[b'x'; 200]);
    }
}
