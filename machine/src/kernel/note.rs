//! Signed notes (C2SP `signed-note`): a text that says something, and the lines of those who signed it.
//!
//! A note is the text, which ends with a newline, an empty line, and one line a signature. A text is used only after
//! [`NoteKey::open`] has verified a signature; whoever must look earlier says so with [`Checkpoint::read_unverified`].
//! Lines end with `\n` alone: `str::lines` is used nowhere here, since it also takes `\r\n`.

mod checkpoint;

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use base64ct::{Base64, Encoding as _};
use ed25519_dalek::{SigningKey, VerifyingKey};

pub use self::checkpoint::Checkpoint;
use super::{
    canonical::Int,
    digest::{PublicKey, hex},
};
use crate::kernel::Digest;

/// Bytes of the longest note that is read. Post-quantum signatures take up to 7 kB each in base64.
pub const NOTE_BYTES_MAX: usize = 1 << 20;

/// Signature lines of a note, at most: so that nobody makes a reader parse for ever. C2SP demands that 16 are read.
pub const SIGNATURES_MAX: usize = 100;

/// The signature type byte of Ed25519 in a C2SP key (`signed-note`, "Signature types").
const ED25519: u8 = 1;

/// Why a note, a key or a checkpoint is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The bytes are no text with an empty line and signature lines.
    #[error("not a signed note: {0}")]
    Form(&'static str),
    /// The name or the key is one that C2SP or this log does not allow.
    #[error("not a key of notes: {0}")]
    Key(&'static str),
    /// No line is by the key of this name, or one of its lines does not verify.
    #[error("no valid signature by {0}")]
    Signature(String),
    /// The text is no checkpoint (C2SP `tlog-checkpoint`).
    #[error("not a checkpoint: {0}")]
    Checkpoint(&'static str),
}

/// The public half of a key that signs notes, and its name: `name+id+base64(type || key)` when written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteKey {
    name: String,
    key: VerifyingKey,
}

impl NoteKey {
    /// A key of notes. For a log the name is its origin.
    ///
    /// # Errors
    /// [`NoteError::Key`] if the name is empty or has a blank, a plus or a control character (`signed-note`, "Format"), or
    /// the key is not the canonical encoding of a point, or one of low order, under which anybody can sign.
    pub fn new(name: &str, key: PublicKey) -> Result<Self, NoteError> {
        let point = VerifyingKey::from_bytes(&key.0).map_err(|_| NoteError::Key("not an Ed25519 key"))?;
        if point.is_weak() || point.to_edwards().compress().to_bytes() != key.0 {
            return Err(NoteError::Key("of low order, or not canonical"));
        }
        Ok(Self { name: checked_name(name)?.to_string(), key: point })
    }

    /// The public half of a signing key.
    ///
    /// # Errors
    /// [`NoteError::Key`], as [`NoteKey::new`] has it for the name.
    pub fn of(name: &str, key: &SigningKey) -> Result<Self, NoteError> {
        Ok(Self { name: checked_name(name)?.to_string(), key: key.verifying_key() })
    }

    /// The name that stands in this key's signature lines.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The Ed25519 key.
    #[must_use]
    pub fn key(&self) -> PublicKey {
        PublicKey(self.key.to_bytes())
    }

    /// The key id: the first four bytes of SHA-256(name || newline || type || key); the short form that C2SP demands.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        let Digest([a, b, c, d, ..]) =
            Digest::untagged(&[self.name.as_bytes(), b"\n", &[ED25519], self.key.as_bytes()]);
        [a, b, c, d]
    }

    /// The verifier key, as tools of the Go checksum database read and write it.
    #[must_use]
    pub fn to_vkey(&self) -> String {
        let mut typed = Vec::from([ED25519]);
        typed.extend(self.key.as_bytes());
        format!("{}+{}+{}", self.name, hex(&self.id()), Base64::encode_string(&typed))
    }

    /// Reads a verifier key; exactly what [`NoteKey::to_vkey`] writes.
    ///
    /// # Errors
    /// [`NoteError::Key`] if it is not one, or its key id does not fit.
    pub fn from_vkey(text: &str) -> Result<Self, NoteError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::Key("a verifier key is name+id+key"));
        };
        let typed = Base64::decode_vec(key).map_err(|_| NoteError::Key("the key is not base64"))?;
        let bytes = typed.strip_prefix(&[ED25519]).and_then(|key| <[u8; 32]>::try_from(key).ok());
        let key = Self::new(name, PublicKey(bytes.ok_or(NoteError::Key("not an Ed25519 key"))?))?;
        if hex(&key.id()) == id { Ok(key) } else { Err(NoteError::Key("the key id does not fit name and key")) }
    }

    /// Verifies this key's lines in a note and gives the text that they sign, with its final newline. Lines of other keys are
    /// ignored, also those that share the name or the id with this one.
    ///
    /// # Errors
    /// [`NoteError::Form`] if the note or any of its lines is malformed; [`NoteError::Signature`] if no line is by this key,
    /// or one of them does not verify.
    pub fn open<'a>(&self, note: &'a str) -> Result<&'a str, NoteError> {
        let (text, lines) = split(note)?;
        let bad = || NoteError::Signature(self.name.clone());
        let mut ours = lines.iter().filter(|line| line.name == self.name && line.id == self.id()).peekable();
        ours.peek().ok_or_else(bad)?;
        for line in ours {
            let signature = ed25519_dalek::Signature::from_slice(&line.signature).map_err(|_| bad())?;
            self.key.verify_strict(text.as_bytes(), &signature).map_err(|_| bad())?;
        }
        Ok(text)
    }
}

/// A name that may stand in a signature line: not empty, without blanks, pluses and control characters.
fn checked_name(name: &str) -> Result<&str, NoteError> {
    match name.chars().find(|c| c.is_whitespace() || *c == '+' || is_control(*c)) {
        Some(_) => Err(NoteError::Key("a blank, a plus or a control character in its name")),
        None if name.is_empty() => Err(NoteError::Key("an empty name")),
        None => Ok(name),
    }
}

/// The characters that `signed-note` calls control characters: those below U+0020, so not U+007F.
fn is_control(c: char) -> bool {
    c < ' '
}

/// One signature line: an em dash, the key's name, and base64(id || signature).
#[derive(Debug, PartialEq, Eq)]
struct SignatureLine<'a> {
    name: &'a str,
    id: [u8; 4],
    signature: Vec<u8>,
}

impl<'a> SignatureLine<'a> {
    /// Reads a line without its newline; a signature of no bytes is none.
    fn parse(line: &'a str) -> Result<Self, NoteError> {
        let rest = line.strip_prefix("\u{2014} ").ok_or(NoteError::Form("a signature line starts with an em dash"))?;
        let (name, encoded) = rest.split_once(' ').ok_or(NoteError::Form("a name without a signature"))?;
        checked_name(name).map_err(|_| NoteError::Form("a signature line with a bad name"))?;
        let bytes = Base64::decode_vec(encoded).map_err(|_| NoteError::Form("a signature that is not base64"))?;
        match bytes.split_first_chunk() {
            Some((id, signature)) if !signature.is_empty() => Ok(Self { name, id: *id, signature: signature.to_vec() }),
            _ => Err(NoteError::Form("a signature shorter than five bytes")),
        }
    }
}

/// The text with its final newline, and all signature lines, none of them verified. The last empty line parts the two, so a
/// text may hold what looks like signatures.
fn split(note: &str) -> Result<(&str, Vec<SignatureLine<'_>>), NoteError> {
    if note.len() > NOTE_BYTES_MAX {
        return Err(NoteError::Form("longer than 1 MiB"));
    }
    if note.chars().any(|c| is_control(c) && c != '\n') {
        return Err(NoteError::Form("a control character"));
    }
    let at = note.rfind("\n\n").ok_or(NoteError::Form("no empty line before the signatures"))?;
    let (text, lines) = (&note[..=at], &note[at + 2..]);
    let lines = lines.strip_suffix('\n').ok_or(NoteError::Form("no signature line that ends with a newline"))?;
    if lines.split('\n').count() > SIGNATURES_MAX {
        return Err(NoteError::Form("more than 100 signatures"));
    }
    Ok((text, lines.split('\n').map(SignatureLine::parse).collect::<Result<_, _>>()?))
}

/// A decimal number without leading zeros, at most 2^53-1.
pub(super) fn decimal(text: &str) -> Option<u64> {
    let number = text.parse::<u64>().ok()?;
    (number <= Int::MAX.get() && number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests;
