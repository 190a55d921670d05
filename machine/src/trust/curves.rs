//! The curve arithmetic that signatures rest on, as a value that is handed in, and which keys are no keys.
//!
//! Loops: over the few keys of low order, and the bytes of one key.

use alloc::format;

use super::types::keccak;
use crate::{
    bug,
    kernel::{PublicKey, Signature},
};

/// The curve arithmetic that signatures rest on. [`Curves`] is the real one; a simulation may seal instead of sign.
pub trait Arithmetic {
    /// Whether `signature` is `key`'s over the message (strict: canonical, and no key of low order).
    fn ed25519(&self, key: &PublicKey, message: &[u8], signature: &Signature) -> bool;

    /// The Ethereum address whose key made r || s || v over the EIP-191 form of a text; none for a malformed or a
    /// malleable (high s) signature.
    fn eip191(&self, text: &str, signature: &[u8; 65]) -> Option<[u8; 20]>;
}

/// Ed25519 by RFC 8032 with strict checks; secp256k1 recovery.
#[derive(Clone, Copy, Debug, Default)]
pub struct Curves;

impl Arithmetic for Curves {
    fn ed25519(&self, key: &PublicKey, message: &[u8], signature: &Signature) -> bool {
        if !is_ed25519_key(key) {
            return false;
        }
        let Ok(key) = ed25519_dalek::VerifyingKey::from_bytes(&key.0) else { return false };
        key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(&signature.0)).is_ok()
    }

    fn eip191(&self, text: &str, signature: &[u8; 65]) -> Option<[u8; 20]> {
        use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};
        let (rs, v) = (signature.first_chunk::<64>()?, signature[64]);
        let id = RecoveryId::from_byte(v.checked_sub(0x1b).filter(|id| *id <= 1)?)?;
        let parsed = Signature::from_slice(rs).ok().filter(|parsed| parsed.normalize_s() == *parsed)?;
        let key = VerifyingKey::recover_from_prehash(&eip191_hash(text), &parsed, id).ok()?;
        Some(address_of(key.to_sec1_point(false).as_bytes()))
    }
}

/// What an Ethereum wallet signs for a text (EIP-191, version 0x45): the length is in bytes.
#[must_use]
pub fn eip191_hash(text: &str) -> [u8; 32] {
    keccak(&[format!("\x19Ethereum Signed Message:\n{}", text.len()).as_bytes(), text.as_bytes()])
}

/// The address of an uncompressed secp256k1 key (0x04 || x || y, 65 bytes): the last 20 bytes of the hash of x || y.
///
/// # Panics
/// If the point is not 65 bytes long.
#[must_use]
pub fn address_of(point: &[u8]) -> [u8; 20] {
    assert_eq!(point.len(), 65, "an uncompressed point");
    let hash = keccak(&[&point[1..]]);
    let mut address = [0; 20];
    address.copy_from_slice(&hash[12..]);
    address
}

/// The y-coordinates of low order on Ed25519, little-endian and below the prime. The sign bit is no part of them.
pub const ED25519_LOW_ORDER: [&str; 5] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

/// Whether an Ed25519 key is written as RFC 8032 writes it (y below 2^255-19) and is not of low order. Whether such a point exists on
/// the curve is seen when a signature is verified.
#[must_use]
pub fn is_ed25519_key(key: &PublicKey) -> bool {
    let y = without_top_bit(key);
    let reduced = y.0[31] != 0x7f || y.0[1..31].iter().any(|byte| *byte != 0xff) || y.0[0] < 0xed;
    reduced && !is_listed(&y, &ED25519_LOW_ORDER)
}

/// The same, and the point exists: a key that can sign.
#[must_use]
pub fn can_sign(key: &PublicKey) -> bool {
    is_ed25519_key(key) && ed25519_dalek::VerifyingKey::from_bytes(&key.0).is_ok()
}

/// The u-coordinates of low order on Curve25519, with the spellings above the prime; the top bit is ignored (RFC 7748).
pub const X25519_LOW_ORDER: [&str; 7] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

/// Whether every secret gives the same shared secret with this X25519 key: zero.
#[must_use]
pub fn has_low_order(key: &PublicKey) -> bool {
    is_listed(&without_top_bit(key), &X25519_LOW_ORDER)
}

fn without_top_bit(key: &PublicKey) -> PublicKey {
    let mut plain = *key;
    plain.0[31] &= 0x7f;
    plain
}

fn is_listed(key: &PublicKey, listed: &[&str]) -> bool {
    let read = |known: &&str| PublicKey::from_hex(known).unwrap_or_else(|| bug!("{known} is no key"));
    listed.iter().map(read).any(|known| known == *key)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An order-8 point signs nothing for anybody, in either spelling of its sign.
    #[test]
    fn keys_of_low_order_are_none() {
        for hex in ED25519_LOW_ORDER {
            let mut key = PublicKey::from_hex(hex).expect("hex");
            assert!(!is_ed25519_key(&key), "{hex}");
            key.0[31] |= 0x80;
            assert!(!is_ed25519_key(&key), "{hex} with the sign bit");
            if let Ok(point) = ed25519_dalek::VerifyingKey::from_bytes(&key.0) {
                assert!(point.is_weak(), "{hex}");
            }
        }
        let weak = ED25519_LOW_ORDER.iter().filter_map(|hex| PublicKey::from_hex(hex));
        let on_curve = weak.filter_map(|key| ed25519_dalek::VerifyingKey::from_bytes(&key.0).ok());
        assert_eq!(on_curve.filter(ed25519_dalek::VerifyingKey::is_weak).count(), 5, "each stands on the curve");
    }

    #[test]
    fn half_of_all_coordinates_are_of_no_point() {
        let keys = (2..=9).map(|low| {
            let mut key = PublicKey([0; 32]);
            key.0[0] = low;
            key
        });
        let signing: std::vec::Vec<u8> = keys.filter(can_sign).map(|key| key.0[0]).collect();
        assert_eq!(signing, [3, 4, 5, 6, 9]);
    }

    #[test]
    fn a_key_has_one_spelling() {
        let mut key = PublicKey([0xff; 32]);
        key.0[31] = 0x7f;
        for low in 0..=u8::MAX {
            key.0[0] = low;
            // 2^255-20 is -1: of low order
            assert_eq!(is_ed25519_key(&key), low < 0xec, "{low:x}");
        }
        key.0 = [0xff; 32];
        key.0[1] = 0xfe;
        assert!(is_ed25519_key(&key));
    }
}
