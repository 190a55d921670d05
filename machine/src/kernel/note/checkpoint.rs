//! Checkpoints (C2SP `tlog-checkpoint`): the signed size and root of a log.

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use base64ct::{Base64, Encoding as _};
use ed25519_dalek::{Signer as _, SigningKey};

use super::{NoteError, NoteKey, decimal, is_control, split};
use crate::kernel::Digest;

/// The size of a log and its root then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name: the origin of its genesis entry.
    pub origin: String,
    /// How many entries the log had; at most 2^53-1.
    pub size: u64,
    /// The Merkle root over those entries (RFC 6962).
    pub root: Digest,
}

impl Checkpoint {
    /// The checkpoint's text: origin, size and root, a line each. It has no extension lines.
    pub(super) fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, Base64::encode_string(&self.root.0))
    }

    /// The checkpoint as a note signed by the log's key, under the origin's name.
    ///
    /// # Errors
    /// [`NoteError::Key`] if the origin is no key name, [`NoteError::Checkpoint`] if the size is over 2^53-1, and
    /// [`NoteError::Form`] if the note would be too long: [`Checkpoint::open`] would refuse any of them.
    pub fn sign(&self, key: &SigningKey) -> Result<String, NoteError> {
        let public = NoteKey::of(&self.origin, key)?;
        let text = self.text();
        assert_eq!(Self::parse(&text)?, *self, "a checkpoint reads as it is written");
        let mut signature = Vec::from(public.id());
        signature.extend(key.sign(text.as_bytes()).to_bytes());
        let note = format!("{text}\n\u{2014} {} {}\n", self.origin, Base64::encode_string(&signature));
        split(&note)?;
        Ok(note)
    }

    /// Reads a checkpoint's text (`tlog-checkpoint`, "Note text"). The origin may be anything on one line; extension lines may
    /// follow and are ignored.
    ///
    /// # Errors
    /// [`NoteError::Checkpoint`], naming the line that is wrong.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let bad = NoteError::Checkpoint;
        let body = text.strip_suffix('\n').ok_or(bad("the text does not end with a newline"))?;
        if body.chars().any(|c| is_control(c) && c != '\n') {
            return Err(bad("a control character"));
        }
        let mut lines = body.split('\n');
        let origin = lines.next().filter(|line| !line.is_empty()).ok_or(bad("no origin"))?;
        let size = lines.next().and_then(decimal).ok_or(bad("no size in the second line"))?;
        let root = lines.next().and_then(|line| Base64::decode_vec(line).ok()?.try_into().ok());
        let root = Digest(root.ok_or(bad("no root in the third line"))?);
        if lines.any(str::is_empty) {
            return Err(bad("an empty extension line"));
        }
        Ok(Self { origin: origin.to_string(), size, root })
    }

    /// Reads the checkpoint of a signed note whose signatures somebody else checks, before or after; nothing that it says
    /// counts until then (`signed-note`, introduction).
    ///
    /// # Errors
    /// [`NoteError`] if the bytes are not UTF-8, the note or any signature line is malformed, or the text is no checkpoint.
    pub fn read_unverified(note: &[u8]) -> Result<Self, NoteError> {
        let note = core::str::from_utf8(note).map_err(|_| NoteError::Form("not UTF-8"))?;
        Self::parse(split(note)?.0)
    }

    /// Opens a signed checkpoint by the log's key.
    ///
    /// # Errors
    /// [`NoteError`] if the note, the signature or the text is not right, or the origin is not the key's name.
    pub fn open(note: &str, key: &NoteKey) -> Result<Self, NoteError> {
        let checkpoint = Self::parse(key.open(note)?)?;
        if checkpoint.origin == key.name() { Ok(checkpoint) } else { Err(NoteError::Checkpoint("another origin")) }
    }
}
