//! Wallets: what a user is known by, and how people see it.

use alloc::{
    format,
    string::{String, ToString as _},
};
use core::fmt;

use sha3::Keccak256;

use super::as_text;
use crate::kernel::{
    PublicKey,
    digest::{hex, unhex},
    table::RowKey,
};

/// What a wallet is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Account {
    /// An Ethereum address: `0x` and 40 lower-case hex digits.
    Eip155([u8; 20]),
    /// An Ed25519 key: 64 lower-case hex digits.
    Ed25519(PublicKey),
}

impl Account {
    /// The namespace in the user id.
    #[must_use]
    pub fn namespace(&self) -> &'static str {
        match self {
            Self::Eip155(_) => "eip155",
            Self::Ed25519(_) => "ed25519",
        }
    }

    /// How a login by this wallet is signed: `eip191` or `ed25519`.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        match self {
            Self::Eip155(_) => "eip191",
            Self::Ed25519(_) => "ed25519",
        }
    }

    /// The account as people see it: an Ethereum address with its EIP-55 checksum, a key as it is.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Eip155(address) => eip55(address),
            Self::Ed25519(key) => key.to_string(),
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Eip155(address) => write!(out, "0x{}", hex(address)),
            Self::Ed25519(key) => key.fmt(out),
        }
    }
}

impl RowKey for Account {
    fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix("0x") {
            Some(address) => unhex(address).map(Self::Eip155),
            None => PublicKey::from_hex(text).map(Self::Ed25519),
        }
    }
}

as_text!(Account, "0x and 40, or 64, lower-case hex digits");

/// Keccak-256, as Ethereum uses it.
#[must_use]
pub fn keccak(parts: &[&[u8]]) -> [u8; 32] {
    use sha3::Digest as _;
    let mut hasher = Keccak256::new();
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finalize().into()
}

/// An address with its EIP-55 checksum: a letter is upper case where the hash of the lower-case digits has a high nibble.
fn eip55(address: &[u8; 20]) -> String {
    let digits = hex(address);
    let hash = hex(&keccak(&[digits.as_bytes()]));
    let cased = digits.chars().zip(hash.chars()).map(|(digit, check)| match check {
        '8'..='f' => digit.to_ascii_uppercase(),
        _ => digit,
    });
    format!("0x{}", cased.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_shown_as_eip_55_shows_its_own_examples() {
        for shown in [
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        ] {
            let account = Account::parse(&shown.to_ascii_lowercase()).expect("an address");
            assert_eq!(account.shown(), shown);
        }
    }
}
