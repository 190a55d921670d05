//! ChaCha20-Poly1305 (RFC 8439) in place, so that no second copy of a plaintext is left, and the padding around it.

use alloc::{string::String, vec::Vec};

use base64ct::{Base64, Encoding as _};
use chacha20poly1305::{AeadInOut as _, ChaCha20Poly1305, KeyInit as _, Nonce};
use zeroize::Zeroizing;

use super::{
    SecureError,
    keys::{MESSAGE, Salt, Secret, derive},
};
use crate::bug;

/// Plaintexts are padded to multiples of so many bytes.
pub const PAD: usize = 160;
/// The longest plaintext, in bytes, before padding.
pub const PLAINTEXT_BYTES_MAX: usize = 16_384;
/// The tag of ChaCha20-Poly1305, in bytes.
pub(super) const TAG_BYTES: usize = 16;
/// The longest ciphertext with its tag, in bytes.
pub(super) const CIPHERTEXT_BYTES_MAX: usize = (PLAINTEXT_BYTES_MAX + 1).next_multiple_of(PAD) + TAG_BYTES;

/// Bytes that are erased when dropped.
pub type Plaintext = Zeroizing<Vec<u8>>;

/// Encrypts under a message key, which must never be used again, and the message's own randomness: base64 of ciphertext and tag.
pub(super) fn encrypt(key: &Secret, salt: &Salt, plaintext: &[u8], aad: &[u8]) -> Result<String, SecureError> {
    let mut buffer = pad(plaintext);
    seal_in_place(&key_and_nonce(key, salt), aad, &mut buffer)?;
    Ok(Base64::encode_string(&buffer))
}

/// Decrypts what [`encrypt`] made.
pub(super) fn decrypt(key: &Secret, salt: &Salt, ciphertext: &str, aad: &[u8]) -> Result<Plaintext, SecureError> {
    let mut buffer = Zeroizing::new(Base64::decode_vec(ciphertext).map_err(|_| SecureError::Form)?);
    if buffer.len() > CIPHERTEXT_BYTES_MAX || buffer.len() % PAD != TAG_BYTES {
        return Err(SecureError::Form);
    }
    open_in_place(&key_and_nonce(key, salt), aad, &mut buffer)?;
    unpad(buffer)
}

/// 32 bytes of key and 12 of nonce. The message's randomness goes into both.
fn key_and_nonce(key: &Secret, salt: &Salt) -> Zeroizing<[u8; 44]> {
    derive(&salt.0, key.bytes(), MESSAGE)
}

/// Replaces a plaintext by ciphertext and tag, under 32 bytes of key and 12 of nonce. The buffer must have room for the tag:
/// if it grew, the plaintext would stay behind where it stood.
pub(super) fn seal_in_place(both: &[u8; 44], aad: &[u8], buffer: &mut Plaintext) -> Result<(), SecureError> {
    if buffer.capacity() - buffer.len() < TAG_BYTES {
        bug!("a plaintext's buffer without room for the tag");
    }
    let (cipher, nonce) = cipher(both)?;
    cipher.encrypt_in_place(&nonce, aad, &mut **buffer).map_err(|_| SecureError::TooLong)
}

/// Replaces ciphertext and tag by the plaintext.
pub(super) fn open_in_place(both: &[u8; 44], aad: &[u8], buffer: &mut Plaintext) -> Result<(), SecureError> {
    let (cipher, nonce) = cipher(both)?;
    cipher.decrypt_in_place(&nonce, aad, &mut **buffer).map_err(|_| SecureError::Tag)
}

fn cipher(both: &[u8; 44]) -> Result<(ChaCha20Poly1305, Nonce), SecureError> {
    let (key, nonce) = both.split_at(32);
    let cipher = ChaCha20Poly1305::new_from_slice(key).map_err(|_| SecureError::Form)?;
    Ok((cipher, Nonce::try_from(nonce).map_err(|_| SecureError::Form)?))
}

/// The plaintext, 0x80, and zeros up to a multiple of [`PAD`] (ISO/IEC 7816-4), with room for the tag.
fn pad(plaintext: &[u8]) -> Plaintext {
    if plaintext.len() > PLAINTEXT_BYTES_MAX {
        bug!("a plaintext of {} bytes came past the check of its length", plaintext.len());
    }
    let len = (plaintext.len() + 1).next_multiple_of(PAD);
    let mut padded = Zeroizing::new(Vec::with_capacity(len + TAG_BYTES));
    padded.extend_from_slice(plaintext);
    padded.push(0x80);
    padded.resize(len, 0);
    padded
}

fn unpad(mut padded: Plaintext) -> Result<Plaintext, SecureError> {
    let end = padded.iter().rposition(|byte| *byte != 0).filter(|at| padded[*at] == 0x80);
    let end = end.filter(|at| (*at + 1).next_multiple_of(PAD) == padded.len() && *at <= PLAINTEXT_BYTES_MAX);
    padded.truncate(end.ok_or(SecureError::Form)?);
    Ok(padded)
}
