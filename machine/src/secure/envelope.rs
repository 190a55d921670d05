//! What is sent: a header that everybody may read, and a padded ciphertext that only one device can open.

use alloc::{string::String, vec::Vec};

use base64ct::{Base64, Encoding as _};
use chacha20poly1305::{
    ChaCha20Poly1305, Key, KeyInit as _, Nonce,
    aead::{Aead as _, Payload},
};
use serde::{Deserialize, Serialize};

use super::{
    SecureError,
    handshake::Handshake,
    keys::{MESSAGE, Secret, derive},
};
use crate::kernel::{
    Int, PublicKey,
    canonical::{from_bytes, to_bytes},
    tags,
};

/// Plaintexts are padded to multiples of so many bytes.
pub const PAD: usize = 160;
/// The longest plaintext, in bytes, before padding.
pub const PLAINTEXT_BYTES_MAX: usize = 16_384;
/// The most devices that one message goes to.
pub const COPIES_MAX: usize = 16;

/// The readable part of an envelope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// How the session began; until an answer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handshake: Option<Handshake>,
    /// The message's number in its sending chain, from 0.
    pub n: Int,
    /// How long the sender's chain before this one was.
    pub previous: Int,
    /// The sender's ratchet key.
    pub ratchet: PublicKey,
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
    /// The receiver's device key.
    pub to: PublicKey,
}

/// A message's blob: one copy for each other device of both users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Copies {
    /// At most [`COPIES_MAX`].
    pub copies: Vec<Envelope>,
    /// 2.
    pub v: Int,
}

impl Copies {
    /// The blob's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        to_bytes(self)
    }

    /// Reads a blob.
    ///
    /// # Errors
    /// [`SecureError::Form`] if it is none, [`SecureError::TooManyCopies`] if it has more than [`COPIES_MAX`].
    pub fn read(bytes: &[u8]) -> Result<Self, SecureError> {
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

/// The associated data: tag, both identity keys (initiator first), and the header in canonical form.
pub(super) fn associated_data(initiator: &PublicKey, responder: &PublicKey, header: &Header) -> Vec<u8> {
    let keys = alloc::format!("{}{initiator}{responder}", tags::MSG.0);
    [keys.into_bytes(), to_bytes(header)].concat()
}

/// Encrypts under a message key, which must never be used again.
pub(super) fn encrypt(key: &Secret, plaintext: &[u8], aad: &[u8]) -> Result<String, SecureError> {
    let msg = pad(plaintext)?;
    let (cipher, nonce) = cipher(key);
    let sealed = cipher.encrypt(&nonce, Payload { msg: &msg, aad }).map_err(|_| SecureError::TooLong)?;
    Ok(Base64::encode_string(&sealed))
}

/// Decrypts under a message key.
pub(super) fn decrypt(key: &Secret, ciphertext: &str, aad: &[u8]) -> Result<Vec<u8>, SecureError> {
    let msg = Base64::decode_vec(ciphertext).map_err(|_| SecureError::Form)?;
    let (cipher, nonce) = cipher(key);
    let padded = cipher.decrypt(&nonce, Payload { msg: &msg, aad }).map_err(|_| SecureError::Tag)?;
    unpad(padded)
}

fn cipher(key: &Secret) -> (ChaCha20Poly1305, Nonce) {
    let both: [u8; 44] = derive(&[0; 32], &key.0, MESSAGE);
    let (mut cipher_key, mut nonce) = ([0; 32], [0; 12]);
    cipher_key.copy_from_slice(&both[..32]);
    nonce.copy_from_slice(&both[32..]);
    (ChaCha20Poly1305::new(&Key::from(cipher_key)), Nonce::from(nonce))
}

/// The plaintext, 0x80, and zeros up to a multiple of [`PAD`] (ISO/IEC 7816-4).
fn pad(plaintext: &[u8]) -> Result<Vec<u8>, SecureError> {
    if plaintext.len() > PLAINTEXT_BYTES_MAX {
        return Err(SecureError::TooLong);
    }
    let mut padded = plaintext.to_vec();
    padded.push(0x80);
    padded.resize(padded.len().next_multiple_of(PAD), 0);
    Ok(padded)
}

fn unpad(mut padded: Vec<u8>) -> Result<Vec<u8>, SecureError> {
    let end = padded.iter().rposition(|byte| *byte != 0).filter(|at| padded[*at] == 0x80);
    padded.truncate(end.ok_or(SecureError::Form)?);
    Ok(padded)
}
