//! Signed notes and checkpoints (C2SP `signed-note`, `tlog-checkpoint`): what the log says to the world about its size.

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use base64ct::{Base64, Encoding as _};
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};

use super::{
    canonical::Int,
    digest::{Digest, PublicKey, Signature, hex},
};

/// The signature type byte of Ed25519 in a C2SP key.
const ED25519: u8 = 1;

/// The signed size of a log: what a checkpoint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name: the origin of its genesis entry.
    pub origin: String,
    /// How many entries the log had.
    pub size: u64,
    /// Its Merkle root then.
    pub root: Digest,
}

/// Why a note is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not text, a blank line, and signature lines.
    #[error("not a signed note: {0}")]
    Form(&'static str),
    /// No line by this key, or one that does not verify.
    #[error("no valid signature by {0}")]
    Signature(String),
    /// The text is no checkpoint.
    #[error("not a checkpoint: {0}")]
    Checkpoint(&'static str),
}

/// A key that signs or verifies notes: `name+keyhash+base64(type || key)` when written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteKey {
    /// The key's name; the log's origin.
    pub name: String,
    /// The Ed25519 key.
    pub key: PublicKey,
}

impl NoteKey {
    /// The key id: the first four bytes of SHA-256(name || newline || type || key); the short form that C2SP demands.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        let Digest([a, b, c, d, ..]) = Digest::untagged(&[self.name.as_bytes(), b"\n", &[ED25519], &self.key.0]);
        [a, b, c, d]
    }

    /// The verifier key as C2SP writes it.
    #[must_use]
    pub fn to_vkey(&self) -> String {
        let mut typed = Vec::from([ED25519]);
        typed.extend(self.key.0);
        format!("{}+{}+{}", self.name, hex(&self.id()), Base64::encode_string(&typed))
    }

    /// Reads a verifier key.
    ///
    /// # Errors
    /// [`NoteError::Form`] if it is not one, or its key id does not fit.
    pub fn from_vkey(text: &str) -> Result<Self, NoteError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::Form("a verifier key is name+id+key"));
        };
        let typed = Base64::decode_vec(key).map_err(|_| NoteError::Form("the key is not base64"))?;
        let key = match typed.as_slice() {
            [ED25519, key @ ..] => <[u8; 32]>::try_from(key).ok(),
            _ => None,
        };
        let key = Self { name: name.to_string(), key: PublicKey(key.ok_or(NoteError::Form("not an Ed25519 key"))?) };
        if hex(&key.id()) == id { Ok(key) } else { Err(NoteError::Form("the key id does not fit name and key")) }
    }

    /// Finds this key's line in a note and gives the text that it signed.
    ///
    /// # Errors
    /// [`NoteError`] if the note is malformed, has no line by this key, or one whose signature is wrong.
    pub fn open<'a>(&self, note: &'a str) -> Result<&'a str, NoteError> {
        let (text, signatures) = split(note)?;
        let unsigned = || NoteError::Signature(self.name.clone());
        let prefix = format!("\u{2014} {} ", self.name);
        let ours = signatures.lines().filter_map(|line| line.strip_prefix(&prefix)).find_map(|encoded| {
            let bytes = Base64::decode_vec(encoded).ok()?;
            bytes.strip_prefix(&self.id()).and_then(|signature| <[u8; 64]>::try_from(signature).ok())
        });
        let signature = ed25519_dalek::Signature::from_bytes(&ours.ok_or_else(unsigned)?);
        let key = VerifyingKey::from_bytes(&self.key.0).map_err(|_| unsigned())?;
        key.verify_strict(text.as_bytes(), &signature).map_err(|_| unsigned())?;
        Ok(text)
    }
}

/// The text with its final newline, and the signature lines.
fn split(note: &str) -> Result<(&str, &str), NoteError> {
    let at = note.rfind("\n\n").ok_or(NoteError::Form("no blank line before the signatures"))?;
    let (text, signatures) = note.split_at(at + 1);
    let signatures = signatures.trim_start_matches('\n');
    let well_formed = signatures.ends_with('\n') && signatures.lines().all(|line| line.starts_with("\u{2014} "));
    if !well_formed {
        return Err(NoteError::Form("a signature line starts with an em dash and ends with a newline"));
    }
    if text.chars().any(|c| c.is_ascii_control() && c != '\n') {
        return Err(NoteError::Form("a control character"));
    }
    Ok((text, signatures))
}

impl Checkpoint {
    /// The checkpoint's text: origin, size and root, a line each.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, Base64::encode_string(&self.root.0))
    }

    /// The checkpoint as a note signed by the log's key, under the origin's name.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> String {
        let text = self.text();
        let public = NoteKey { name: self.origin.clone(), key: PublicKey(key.verifying_key().to_bytes()) };
        let Signature(signature) = Signature(key.sign(text.as_bytes()).to_bytes());
        let mut line = Vec::from(public.id());
        line.extend(signature);
        format!("{text}\n\u{2014} {} {}\n", self.origin, Base64::encode_string(&line))
    }

    /// Reads a checkpoint's text; extension lines may follow and are ignored.
    ///
    /// # Errors
    /// [`NoteError::Checkpoint`], naming the line that is wrong.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let mut lines = text.lines();
        let origin = lines.next().filter(|line| !line.is_empty()).ok_or(NoteError::Checkpoint("no origin"))?;
        let size = lines.next().and_then(decimal).ok_or(NoteError::Checkpoint("no size in the second line"))?;
        let root = lines.next().and_then(|line| Base64::decode_vec(line).ok());
        let root = root.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let root = Digest(root.ok_or(NoteError::Checkpoint("no root in the third line"))?);
        Ok(Self { origin: origin.to_string(), size, root })
    }

    /// Opens a signed checkpoint by the log's key.
    ///
    /// # Errors
    /// [`NoteError`] if the note, the signature or the text is not right, or the origin is not the key's name.
    pub fn open(note: &str, key: &NoteKey) -> Result<Self, NoteError> {
        let checkpoint = Self::parse(key.open(note)?)?;
        if checkpoint.origin == key.name { Ok(checkpoint) } else { Err(NoteError::Checkpoint("another origin")) }
    }
}

/// A decimal number without leading zeros, at most 2^53-1.
pub(super) fn decimal(text: &str) -> Option<u64> {
    let number = text.parse::<u64>().ok()?;
    (number <= Int::MAX.get() && number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[7; 32])
    }

    fn public() -> NoteKey {
        NoteKey { name: "atlas.example".to_string(), key: PublicKey(key().verifying_key().to_bytes()) }
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint { origin: "atlas.example".to_string(), size: 42, root: Digest([9; 32]) }
    }

    #[test]
    fn a_signed_checkpoint_reads_as_c2sp_writes_it() {
        insta::assert_snapshot!(checkpoint().sign(&key()), @r"
        atlas.example
        42
        CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=

        — atlas.example bL5nIo7UL43duSwnJF5G5ntF4XUytEaPwKlHw063B98V/ghXnO8fTb/GDNtJ96/9/Cw6GLSgCC7uA9K2o5ajnJ2TpAQ=
        ");
        insta::assert_snapshot!(public().to_vkey(), @"atlas.example+6cbe6722+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs");
    }

    #[test]
    fn a_checkpoint_opens_with_its_key_alone() {
        let note = checkpoint().sign(&key());
        assert_eq!(Checkpoint::open(&note, &public()), Ok(checkpoint()));
        assert_eq!(NoteKey::from_vkey(&public().to_vkey()), Ok(public()));
        let other = NoteKey { name: "other.example".to_string(), ..public() };
        assert_eq!(Checkpoint::open(&note, &other), Err(NoteError::Signature("other.example".to_string())));
        for (from, to) in [("42", "43"), ("atlas", "atlos"), ("\n\n", "\n"), ("CQkJ", "CQkK"), ("\u{2014} ", "- ")] {
            assert!(Checkpoint::open(&note.replacen(from, to, 1), &public()).is_err(), "{from} -> {to}");
        }
    }

    #[test]
    fn a_further_line_by_a_witness_changes_nothing() {
        let note = checkpoint().sign(&key()) + "\u{2014} witness.example AAAAAA==\n";
        assert_eq!(Checkpoint::open(&note, &public()), Ok(checkpoint()));
    }

    #[test]
    fn sizes_have_one_spelling() {
        for bad in ["042", "+42", "", "9007199254740992", "4 2"] {
            let text = checkpoint().text().replace("42", bad);
            assert!(matches!(Checkpoint::parse(&text), Err(NoteError::Checkpoint(_))), "{bad}");
        }
    }
}
