//! Notes against the texts of C2SP: a test for each MUST that concerns who signs or who verifies.

mod checkpoints;
mod format;
mod keys;
mod mutated;

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use base64ct::{Base64, Encoding as _};
use ed25519_dalek::{Signer as _, SigningKey};

use super::{Checkpoint, NoteError, NoteKey};
use crate::kernel::{Digest, PublicKey};

const NAME: &str = "atlas.example";
const TEXT: &str = "a text\n";

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn public() -> NoteKey {
    NoteKey::of(NAME, &key()).expect("a good name")
}

/// The key id of any name, also of one that no key may have.
fn id(name: &str, key: &SigningKey) -> [u8; 4] {
    let id = Digest::untagged(&[name.as_bytes(), &[10, 1], key.verifying_key().as_bytes()]);
    *id.0.first_chunk().expect("32 bytes")
}

/// A signature line with these bytes behind the name.
fn line(name: &str, id: [u8; 4], signature: &[u8]) -> String {
    format!("\u{2014} {name} {}\n", Base64::encode_string(&[&id, signature].concat()))
}

/// The line by which the key signs a text.
fn signature(name: &str, key: &SigningKey, text: &str) -> String {
    line(name, id(name, key), &key.sign(text.as_bytes()).to_bytes())
}

/// A note by this log's key; nothing but the signature need be right.
fn note(text: &str) -> String {
    format!("{text}\n{}", signature(NAME, &key(), text))
}

fn checkpoint() -> Checkpoint {
    Checkpoint { origin: NAME.to_string(), size: 42, root: Digest([9; 32]) }
}

fn form(note: &str) -> bool {
    matches!(public().open(note), Err(NoteError::Form(_)))
}

fn unsigned() -> NoteError {
    NoteError::Signature(NAME.to_string())
}

/// Each character of the Unicode property White_Space.
fn blanks() -> Vec<char> {
    let ranges = [0x9..=0xd, 0x20..=0x20, 0x85..=0x85, 0xa0..=0xa0, 0x1680..=0x1680, 0x2000..=0x200a];
    let more = [0x2028..=0x2029, 0x202f..=0x202f, 0x205f..=0x205f, 0x3000..=0x3000];
    ranges.into_iter().chain(more).flatten().filter_map(char::from_u32).collect()
}
