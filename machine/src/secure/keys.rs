//! Secrets, key agreement, and every HKDF label in one table.

use alloc::string::String;
use core::fmt;

use hkdf::Hkdf;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sha2::Sha256;
use zeroize::Zeroize;

use crate::kernel::{
    PublicKey,
    digest::{hex, unhex},
};

/// The info strings of HKDF-SHA-256, and what each makes.
pub const LABELS: &[(&str, &str)] = &[
    (X3DH, "the handshake's shared secret: the first root key; 32 bytes"),
    (ROOT, "salt: root key, ikm: agreement; the next root key and a chain key; 64 bytes"),
    (CHAIN, "ikm: chain key; the next chain key and a message key; 64 bytes"),
    (MESSAGE, "ikm: message key; ChaCha20-Poly1305 key and nonce; 44 bytes"),
    (
        RANDOM,
        "ikm: the randomness given to one sealing, salt: the receiver's device key; ephemeral and ratchet secret; 64 bytes",
    ),
];

pub(super) const X3DH: &str = "qfs/x3dh/v2";
pub(super) const ROOT: &str = "qfs/root/v2";
pub(super) const CHAIN: &str = "qfs/chain/v2";
pub(super) const MESSAGE: &str = "qfs/message/v2";
pub(super) const RANDOM: &str = "qfs/random/v2";

/// HKDF-SHA-256 with a label; without a salt: 32 zero bytes.
pub(super) fn derive<const N: usize>(salt: &[u8], ikm: &[u8], label: &str) -> [u8; N] {
    let mut out = [0; N];
    // it refuses only outputs over 8,160 bytes
    let _ = Hkdf::<Sha256>::new(Some(salt), ikm).expand(label.as_bytes(), &mut out);
    out
}

/// The same in two halves.
pub(super) fn derive_two(salt: &[u8], ikm: &[u8], label: &str) -> (Secret, Secret) {
    let mut both: [u8; 64] = derive(salt, ikm, label);
    let (mut left, mut right) = ([0; 32], [0; 32]);
    left.copy_from_slice(&both[..32]);
    right.copy_from_slice(&both[32..]);
    both.zeroize();
    (Secret(left), Secret(right))
}

/// 32 bytes that nobody else knows. Erased when dropped, absent from `Debug`, written as hex into a device's own store.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub [u8; 32]);

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(..)")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex(&self.0))
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        unhex(&text).map(Self).ok_or_else(|| D::Error::custom("expected 64 lower-case hex digits"))
    }
}

/// Key agreement. [`X25519`] is the real one; a simulation that searches may take a cheaper one.
pub trait Agreement: Clone + PartialEq + Eq + fmt::Debug {
    /// The public key of a secret.
    fn public(secret: &Secret) -> PublicKey;

    /// The shared secret of an own secret and another's public key; none if that has low order.
    fn agree(secret: &Secret, public: &PublicKey) -> Option<Secret>;
}

/// X25519 (RFC 7748).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct X25519;

impl Agreement for X25519 {
    fn public(secret: &Secret) -> PublicKey {
        let secret = x25519_dalek::StaticSecret::from(secret.0);
        PublicKey(x25519_dalek::PublicKey::from(&secret).to_bytes())
    }

    fn agree(secret: &Secret, public: &PublicKey) -> Option<Secret> {
        let shared =
            x25519_dalek::StaticSecret::from(secret.0).diffie_hellman(&x25519_dalek::PublicKey::from(public.0));
        shared.was_contributory().then(|| Secret(shared.to_bytes()))
    }
}
