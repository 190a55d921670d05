//! What is sent: who to, a header that everybody may read, a padded ciphertext that only one device can open, and a tag
//! over all of it that costs one HMAC to check.

use alloc::{string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use super::{
    SecureError,
    keys::{Salt, Secret, TAG, derive},
};
use crate::kernel::{
    Digest, Int, PublicKey,
    canonical::{from_bytes, to_bytes},
    tags,
};

/// The most devices that one message goes to.
pub const COPIES_MAX: usize = 16;
/// The longest blob, in bytes: what the service takes.
pub const BLOB_BYTES_MAX: usize = 262_144;

/// One end of a session: a device of a user, by the keys that the ledger shows for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// The Ed25519 key that the device signs with.
    pub device_key: PublicKey,
    /// The X25519 key that the device published for the user.
    pub identity_key: PublicKey,
    /// The digest in the user's id: what follows `user_`.
    pub user: Digest,
}

/// The readable part of an envelope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The message's number in its sending chain, from 0 and below [`super::CHAIN_MAX`].
    pub n: Int,
    /// The receiver's prekey with which the session began; carried until an answer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prekey: Option<PublicKey>,
    /// How many messages the sender's chain before this one had.
    pub previous: Int,
    /// Fresh for this message: part of its key and nonce.
    pub random: Salt,
    /// The sender's ratchet key.
    pub ratchet: PublicKey,
    /// The session: its initiator's ephemeral key.
    pub session: PublicKey,
    /// How many chains the sender began in the session before this one.
    pub turn: Int,
}

/// One message for one device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// Base64 of ciphertext and tag.
    pub ciphertext: String,
    /// The sender's device key.
    pub from: PublicKey,
    /// The readable part.
    pub header: Header,
    /// Shows, before anything else is computed, that the envelope comes from the session's other end.
    pub tag: Digest,
    /// The receiver's device key.
    pub to: PublicKey,
}

/// A message's blob: one copy for each other device of both users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Copies {
    /// At most [`COPIES_MAX`].
    pub copies: Vec<Envelope>,
    /// The version of the format, 2.
    pub v: Int,
}

impl Copies {
    /// The bytes of a blob without a copy; each copy adds its own, and a comma from the second one on.
    pub(super) const EMPTY_BYTES: usize = br#"{"copies":[],"v":2}"#.len();

    /// The blob's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        to_bytes(self)
    }

    /// Reads a blob; its length is looked at before it is parsed.
    ///
    /// # Errors
    /// [`SecureError::TooLong`] if it is longer than [`BLOB_BYTES_MAX`], [`SecureError::Form`] if it is no blob,
    /// [`SecureError::TooManyCopies`] if it has more than [`COPIES_MAX`].
    pub fn read(bytes: &[u8]) -> Result<Self, SecureError> {
        if bytes.len() > BLOB_BYTES_MAX {
            return Err(SecureError::TooLong);
        }
        let copies: Self = from_bytes(bytes).map_err(|_| SecureError::Form)?;
        match copies.copies.len() {
            _ if copies.v != Int::from(2) => Err(SecureError::Form),
            0..=COPIES_MAX => Ok(copies),
            _ => Err(SecureError::TooManyCopies),
        }
    }

    /// The copy for a device.
    ///
    /// # Errors
    /// [`SecureError::NotForUs`] if there is none.
    pub fn for_device(&self, device: &PublicKey) -> Result<&Envelope, SecureError> {
        self.copies.iter().find(|envelope| envelope.to == *device).ok_or(SecureError::NotForUs)
    }
}

/// What every message of a session is bound to, beside its header.
#[derive(Clone, Copy)]
pub(super) struct Bound<'a> {
    pub(super) origin: &'a str,
    pub(super) initiator: &'a Party,
    pub(super) responder: &'a Party,
    pub(super) thread: &'a Digest,
}

impl Bound<'_> {
    /// The associated data of a message, as the module's documentation lays it out.
    pub(super) fn associated_data(&self, header: &Header) -> Vec<u8> {
        let Self { origin, initiator, responder, thread } = self;
        let [initiator, responder] = [initiator, responder].map(|Party { device_key, identity_key, user }| {
            alloc::format!("user_{user}\n{device_key}\n{identity_key}\n")
        });
        let text = alloc::format!("{}{origin}\n{initiator}{responder}{thread}\n", tags::MSG.0);
        [text.into_bytes(), to_bytes(header)].concat()
    }
}

/// An envelope's tag: over associated data, a newline, and the digest of the ciphertext's text.
pub(super) fn tag(key: &Secret, associated: &[u8], ciphertext: &str) -> Digest {
    let digest = Digest::of(tags::CIPHERTEXT, &[ciphertext.as_bytes()]);
    Digest(*derive(key.bytes(), &[associated, b"\n", &digest.to_hex()].concat(), TAG))
}

/// Compares without telling by the time where two tags differ.
pub(super) fn same(left: &Digest, right: &Digest) -> bool {
    let differing = left.0.iter().zip(&right.0).fold(0, |all, (left, right)| all | (left ^ right));
    core::hint::black_box(differing) == 0
}
