//! Secrets, key agreement, and every HKDF label in one table.

use alloc::boxed::Box;
use core::fmt;

use hkdf::Hkdf;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
    bug,
    kernel::{
        PublicKey,
        digest::{hex, unhex},
    },
};

/// The info strings of HKDF-SHA-256, and what each makes. A salt that is not named is 32 zero bytes.
pub const LABELS: &[(&str, &str)] = &[
    (X3DH, "ikm: FF x 32 and three agreements; the handshake's shared secret, which is the first root key: 32 bytes"),
    (TAG_KEYS, "ikm: the shared secret; the tag keys of the initiator and of the responder: 64 bytes"),
    (ROOT, "salt: root key, ikm: agreement; the next root key and a chain key: 64 bytes"),
    (CHAIN, "ikm: chain key; the next chain key and a message key: 64 bytes"),
    (MESSAGE, "salt: the header's `random`, ikm: message key; ChaCha20-Poly1305 key and nonce: 44 bytes"),
    (
        TAG,
        "salt: the sender's tag key, ikm: associated data, newline, digest of the ciphertext in hex; an envelope's tag: 32 bytes",
    ),
    (
        RANDOM,
        "salt: the receiver's device key, ikm: the randomness of one sealing; ephemeral secret, ratchet secret, the \
         header's `random`: 96 bytes",
    ),
];

pub(super) const X3DH: &str = "qfs/x3dh/v2";
pub(super) const TAG_KEYS: &str = "qfs/tag-keys/v2";
pub(super) const ROOT: &str = "qfs/root/v2";
pub(super) const CHAIN: &str = "qfs/chain/v2";
pub(super) const MESSAGE: &str = "qfs/message/v2";
pub(super) const TAG: &str = "qfs/tag/v2";
pub(super) const RANDOM: &str = "qfs/random/v2";

/// The salt of every derivation that has none of its own.
pub(super) const NO_SALT: [u8; 32] = [0; 32];

/// 32 bytes that nobody else knows. Erased when dropped, absent from `Debug`, written by [`super::Chats::to_bytes`] alone.
///
/// They stay in one place of the heap: what is moved, in a list that grows or from one that shrinks, is only where they are.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Box<[u8; 32]>);

impl Secret {
    /// A secret of these bytes, which the caller erases.
    #[must_use]
    pub fn new(bytes: &[u8; 32]) -> Self {
        let mut secret = Self(Box::new([0; 32]));
        secret.0.copy_from_slice(bytes);
        secret
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl ZeroizeOnDrop for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(..)")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = Zeroizing::new(deserializer.deserialize_str(Hex)?);
        Ok(Self::new(&bytes))
    }
}

/// The 32 fresh random bytes of one message: public, sent in its header, and part of its key and nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Salt(pub [u8; 32]);

impl Serialize for Salt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex(&self.0))
    }
}

impl<'de> Deserialize<'de> for Salt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Hex).map(Self)
    }
}

struct Hex;

impl de::Visitor<'_> for Hex {
    type Value = [u8; 32];

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("64 lower-case hex digits")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        // not `invalid_value`: the message would hold what was read
        unhex(text).ok_or_else(|| E::custom("expected 64 lower-case hex digits"))
    }
}

/// Key agreement. [`X25519`] is the real one; a simulation that searches may take a cheaper one.
pub trait Agreement: Clone + PartialEq + Eq + fmt::Debug {
    /// The public key of a secret.
    fn public(secret: &Secret) -> PublicKey;

    /// The shared secret of an own secret and another's public key; none if that has low order.
    fn agree(secret: &Secret, public: &PublicKey) -> Option<Secret>;
}

/// X25519 (RFC 7748). Non-canonical public keys are reduced, as the RFC says; an all-zero shared secret is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct X25519;

impl Agreement for X25519 {
    fn public(secret: &Secret) -> PublicKey {
        let secret = x25519_dalek::StaticSecret::from(*secret.bytes());
        PublicKey(x25519_dalek::PublicKey::from(&secret).to_bytes())
    }

    fn agree(secret: &Secret, public: &PublicKey) -> Option<Secret> {
        let shared =
            x25519_dalek::StaticSecret::from(*secret.bytes()).diffie_hellman(&x25519_dalek::PublicKey::from(public.0));
        shared.was_contributory().then(|| Secret::new(shared.as_bytes()))
    }
}

/// HKDF-SHA-256 with a label.
pub(super) fn derive<const N: usize>(salt: &[u8], ikm: &[u8], label: &str) -> Zeroizing<[u8; N]> {
    let mut out = Zeroizing::new([0; N]);
    expand(salt, ikm, label, &mut *out);
    out
}

/// HKDF-SHA-256 to `K` secrets, one after another.
pub(super) fn derive_secrets<const K: usize>(salt: &[u8], ikm: &[u8], label: &str) -> [Secret; K] {
    let mut all = Zeroizing::new([[0; 32]; K]);
    expand(salt, ikm, label, all.as_flattened_mut());
    core::array::from_fn(|at| Secret::new(&all[at]))
}

fn expand(salt: &[u8], ikm: &[u8], label: &str, out: &mut [u8]) {
    if Hkdf::<Sha256>::new(Some(salt), ikm).expand(label.as_bytes(), out).is_err() {
        bug!("HKDF-SHA-256 makes at most 8,160 bytes");
    }
    #[cfg(test)]
    counted::DERIVED.set(counted::DERIVED.get() + 1);
}

/// How often a thread of the tests derived: the work that a forged message causes is counted, not timed.
#[cfg(test)]
pub(super) mod counted {
    extern crate std;

    std::thread_local! {
        pub(in crate::secure) static DERIVED: core::cell::Cell<u64> = const { core::cell::Cell::new(0) };
    }
}
