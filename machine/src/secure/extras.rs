//! Beside the messages: a number by which two people see that nobody stands between them, and history under a passphrase.

use alloc::{format, string::String, vec::Vec};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64ct::{Base64, Encoding as _};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{
    SecureError,
    cipher::{Plaintext, TAG_BYTES, open_in_place, seal_in_place},
};
use crate::kernel::{
    Digest, Int, PublicKey,
    canonical::{from_bytes, to_bytes},
    digest::{hex, unhex},
    tags,
};

/// The safety number of two users: 60 digits, the same for both. Each half is made of one user's identity keys, sorted:
/// six groups of five digits, each five bytes of SHA-256 modulo 100,000; the smaller half comes first.
#[must_use]
pub fn safety_number(ours: &[PublicKey], theirs: &[PublicKey]) -> String {
    let mut halves = [half(ours), half(theirs)];
    halves.sort();
    halves.concat()
}

fn half(identity_keys: &[PublicKey]) -> String {
    let mut keys = identity_keys.to_vec();
    keys.sort();
    keys.dedup();
    let text: String = keys.iter().map(|key| format!("{key}\n")).collect();
    let Digest(hash) = Digest::of(tags::SAFETY, &[text.as_bytes()]);
    let group = |five: &[u8]| five.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte)) % 100_000;
    hash.chunks_exact(5).map(|five| format!("{:05}", group(five))).collect()
}

/// An encrypted history. Argon2id (RFC 9106), ChaCha20-Poly1305 with a zero nonce: each salt makes another key.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Export {
    ciphertext: String,
    lanes: Int,
    memory_kib: Int,
    passes: Int,
    salt: String,
    v: Int,
}

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Encrypts a history under a passphrase; `salt` must be random and new.
///
/// # Errors
/// [`SecureError::TooLong`] if the history does not fit into memory twice.
pub fn export(history: &[u8], passphrase: &str, salt: &[u8; 16]) -> Result<Vec<u8>, SecureError> {
    let key = key(passphrase, salt)?;
    let mut sealed = Zeroizing::new(Vec::with_capacity(history.len() + TAG_BYTES));
    sealed.extend_from_slice(history);
    seal_in_place(&key, tags::EXPORT.0.as_bytes(), &mut sealed)?;
    let [lanes, memory_kib, passes] = [LANES, MEMORY_KIB, PASSES].map(Int::from);
    let (ciphertext, salt) = (Base64::encode_string(&sealed), hex(salt));
    Ok(to_bytes(&Export { ciphertext, lanes, memory_kib, passes, salt, v: Int::from(2) }))
}

/// Decrypts an exported history.
///
/// # Errors
/// [`SecureError::Passphrase`] if the passphrase or the bytes are not right.
pub fn import(bytes: &[u8], passphrase: &str) -> Result<Plaintext, SecureError> {
    let wrong = SecureError::Passphrase;
    let read: Export = from_bytes(bytes).map_err(|_| wrong)?;
    let known = [read.lanes, read.memory_kib, read.passes, read.v] == [LANES, MEMORY_KIB, PASSES, 2].map(Int::from);
    let salt = unhex::<16>(&read.salt).filter(|_| known).ok_or(wrong)?;
    let mut history = Zeroizing::new(Base64::decode_vec(&read.ciphertext).map_err(|_| wrong)?);
    open_in_place(&*key(passphrase, &salt)?, tags::EXPORT.0.as_bytes(), &mut history).map_err(|_| wrong)?;
    Ok(history)
}

/// 32 bytes of key, and a nonce of zeros; what Argon2id filled its memory with is erased.
fn key(passphrase: &str, salt: &[u8; 16]) -> Result<Zeroizing<[u8; 44]>, SecureError> {
    let mut both = Zeroizing::new([0; 44]);
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(32)).map_err(|_| SecureError::Passphrase)?;
    let mut memory = Zeroizing::new(alloc::vec![Block::default(); params.block_count()]);
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let made =
        argon.hash_password_into_with_memory(passphrase.as_bytes(), salt, &mut both[..32], memory.as_mut_slice());
    made.map_err(|_| SecureError::Passphrase)?;
    Ok(both)
}
