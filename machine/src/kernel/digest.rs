//! Digests, keys and signatures: fixed bytes that are written as lower-case hex and never truncated.

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256, block_api::compress256};

use super::tags::Tag;
use crate::bug;

/// Writes bytes as lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| PAIRS[usize::from(*byte)]).map(char::from).collect()
}

/// Reads lower-case hex of any even length; upper case and other characters are `None`.
#[must_use]
pub(crate) fn unhex_all(text: &str) -> Option<alloc::vec::Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks();
    let value = |[high, low]: &[u8; 2]| (NIBBLES[usize::from(*high)], NIBBLES[usize::from(*low)]);
    let seen = pairs.iter().map(value).fold(0, |seen, (high, low)| seen | high | low);
    let bytes = pairs.iter().map(value).map(|(high, low)| high << 4 | low & 15);
    (rest.is_empty() && seen & NO_NIBBLE == 0).then(|| bytes.collect())
}

/// Reads exactly `N` bytes of lower-case hex; upper case, other lengths and other characters are `None`.
#[must_use]
pub fn unhex<const N: usize>(digits: impl AsRef<[u8]>) -> Option<[u8; N]> {
    let digits = digits.as_ref();
    if digits.len() != N * 2 {
        return None;
    }
    let (mut bytes, mut seen) = ([0; N], 0);
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let (high, low) = (NIBBLES[usize::from(pair[0])], NIBBLES[usize::from(pair[1])]);
        seen |= high | low;
        *byte = high << 4 | low & 15;
    }
    (seen & NO_NIBBLE == 0).then_some(bytes)
}

/// Writes bytes as lower-case hex into a text of twice their length.
pub(crate) fn hex_into(bytes: &[u8], text: &mut [u8]) {
    for (pair, byte) in text.chunks_exact_mut(2).zip(bytes) {
        pair.copy_from_slice(&PAIRS[usize::from(*byte)]);
    }
}

/// Digits as a text.
fn text_of(digits: &[u8]) -> &str {
    core::str::from_utf8(digits).unwrap_or_else(|_| bug!("hex digits {digits:?}"))
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// The two digits of each byte: hex is most of a ledger, so reading and writing it takes a table each.
const PAIRS: [[u8; 2]; 256] = {
    let mut pairs = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        pairs[byte] = [HEX[byte >> 4], HEX[byte & 15]];
        byte += 1;
    }
    pairs
};

/// What [`NIBBLES`] holds for a character that is no digit.
const NO_NIBBLE: u8 = 0x80;

/// The value of each lower-case digit.
const NIBBLES: [u8; 256] = {
    let mut nibbles = [NO_NIBBLE; 256];
    let mut value = 0;
    while value < 16 {
        nibbles[HEX[value as usize] as usize] = value;
        value += 1;
    }
    nibbles
};

struct HexVisitor<const N: usize>;

impl<const N: usize> de::Visitor<'_> for HexVisitor<N> {
    type Value = [u8; N];

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} lower-case hex digits", N * 2)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        unhex(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}

macro_rules! hex_type {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// Reads lower-case hex of exactly the right length.
            #[must_use]
            pub fn from_hex(text: &str) -> Option<Self> {
                unhex(text).map(Self)
            }

            /// The lower-case hex digits.
            #[must_use]
            pub fn to_hex(&self) -> [u8; $len * 2] {
                let mut text = [0; $len * 2];
                hex_into(&self.0, &mut text);
                text
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(text_of(&self.to_hex()))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, out)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(text_of(&self.to_hex()))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(HexVisitor).map(Self)
            }
        }
    };
}

hex_type!(
    /// A full SHA-256 digest; 64 lower-case hex digits when written.
    Digest,
    32
);
hex_type!(
    /// A public key of 32 bytes (Ed25519 or X25519); 64 lower-case hex digits when written.
    PublicKey,
    32
);
hex_type!(
    /// An Ed25519 signature; 128 lower-case hex digits when written.
    Signature,
    64
);

impl Digest {
    /// 32 zero bytes: the `prev` of the first entry, and the digest of an empty table.
    pub const ZERO: Self = Self([0; 32]);

    /// SHA-256 of a tagged string given in parts, one after another.
    #[must_use]
    pub fn of(tag: Tag, parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new_with_prefix(tag.0);
        parts.iter().for_each(|part| hasher.update(part));
        Self(hasher.finalize().into())
    }

    /// SHA-256 by the library's own buffer.
    fn long(parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        parts.iter().for_each(|part| hasher.update(part));
        Self(hasher.finalize().into())
    }

    /// SHA-256 of bytes that the specification exempts from tags: RFC 6962, table nodes, blobs.
    #[must_use]
    pub fn untagged(parts: &[&[u8]]) -> Self {
        Self::short(parts).unwrap_or_else(|| Self::long(parts))
    }

    /// Keys, rows and nodes of tables are short, and most of what is hashed: their blocks are laid out at once and go through
    /// the compression function, with nothing kept between the parts. None if they are longer than that.
    fn short(parts: &[&[u8]]) -> Option<Self> {
        let len: usize = parts.iter().map(|part| part.len()).sum();
        let blocks = (len + PADDING_MIN).div_ceil(BLOCK);
        let mut laid = [[0; BLOCK]; SHORT_BLOCKS];
        let laid = laid.get_mut(..blocks)?;
        let bytes = laid.as_flattened_mut();
        let mut at = 0;
        for part in parts {
            bytes[at..at + part.len()].copy_from_slice(part);
            at += part.len();
        }
        bytes[len] = 0x80;
        let bits = bytes.len() - 8;
        bytes[bits..].copy_from_slice(&(len as u64 * 8).to_be_bytes());
        let mut state = SHA_256_START;
        compress256(&mut state, laid);
        let mut digest = [0; 32];
        for (bytes, word) in digest.chunks_exact_mut(4).zip(state) {
            bytes.copy_from_slice(&word.to_be_bytes());
        }
        Some(Self(digest))
    }
}

/// Bytes a block of SHA-256 (FIPS 180-4).
const BLOCK: usize = 64;
/// A one bit and the length, behind the message.
const PADDING_MIN: usize = 9;
/// What is longer than so many blocks goes through the library's own buffer.
const SHORT_BLOCKS: usize = 4;
/// The initial hash value (FIPS 180-4, 5.3.3).
const SHA_256_START: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

#[cfg(test)]
mod tests {
    use alloc::{string::ToString, vec};

    use super::{Digest, unhex, unhex_all};

    #[test]
    fn short_and_long_ways_give_the_same_digest() {
        for len in 0..300 {
            let bytes: vec::Vec<u8> = (0..len).map(|n| (n * 7 % 251) as u8).collect();
            let (left, right) = bytes.split_at(bytes.len() / 3);
            assert_eq!(Digest::short(&[left, right]).is_some(), len <= 247, "{len}");
            assert_eq!(Digest::untagged(&[left, right]), Digest::long(&[&bytes]), "{len}");
        }
    }

    #[test]
    fn only_lower_case_hex_of_the_right_length_is_read() {
        let text = "00ff".repeat(16);
        assert_eq!(Digest::from_hex(&text).map(|digest| digest.to_string()), Some(text.clone()));
        assert_eq!(Digest::from_hex(&text.to_uppercase()), None);
        assert_eq!(Digest::from_hex(&text[2..]), None);
        assert_eq!(unhex::<2>("00g0"), None);
        assert_eq!(unhex_all("00ff7a"), Some(vec![0, 255, 122]));
        assert_eq!([unhex_all("00f"), unhex_all("00FF"), unhex_all("0g")], [None, None, None]);
    }
}
