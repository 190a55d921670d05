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

/// The two parts of a canonical request that are signed, around its `sig`.
///
/// # Panics
/// If the bytes are shorter than a signature: no canonical request is.
#[must_use]
pub fn around_signature(bytes: &[u8]) -> [&[u8]; 2] {
    let version = bytes.len() - VERSION.len();
    [&bytes[..version - SIG_BYTES], &bytes[version..]]
}

/// The id of a canonical request, without writing it again.
#[must_use]
pub fn id_of_written(origin: &str, bytes: &[u8]) -> Digest {
    let [before, after] = around_signature(bytes);
    Digest::of(tags::INTENT, &[origin.as_bytes(), b"\n", before, after])
}
