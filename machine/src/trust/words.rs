//! The small words of the domain: user ids, codes, scopes, wallets, blobs. Past the edge a value of a type is valid.

use alloc::{
    format,
    string::{String, ToString as _},
};
use core::fmt;

use serde::{Deserialize, Serialize};
use sha3::Keccak256;

use crate::kernel::{
    Digest, Int, PublicKey,
    digest::{hex, unhex},
    table::{KeyText, RowKey},
    tags,
};

/// Serde by `Display` and a fallible reader: a type that is a text when written.
macro_rules! as_text {
    ($name:ty, $expected:literal) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut text = $crate::kernel::table::KeyText::default();
                $crate::kernel::table::RowKey::write(self, &mut text);
                serializer.serialize_str(text.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str($crate::trust::words::TextVisitor::new($expected))
            }
        }
    };
}
pub(crate) use as_text;

/// Reads a text as a key is read, without an allocation.
pub(crate) struct TextVisitor<T>(&'static str, core::marker::PhantomData<T>);

impl<T> TextVisitor<T> {
    pub(crate) fn new(expected: &'static str) -> Self {
        Self(expected, core::marker::PhantomData)
    }
}

impl<T: RowKey> serde::de::Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.0)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        T::parse(text).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }
}

/// A user: `user_` and the SHA-256 of wallet namespace and account, 64 lower-case hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(pub Digest);

impl UserId {
    /// The user of a wallet: one on all chains.
    #[must_use]
    pub fn of(account: &Account) -> Self {
        Self(Digest::of(tags::USER, &[account.namespace().as_bytes(), b":", account.to_string().as_bytes()]))
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("user_")?;
        self.0.fmt(out)
    }
}

impl RowKey for UserId {
    fn parse(text: &str) -> Option<Self> {
        Digest::from_hex(text.strip_prefix("user_")?).map(Self)
    }

    fn write(&self, out: &mut KeyText) {
        out.push(b"user_");
        self.0.write(out);
    }
}

as_text!(UserId, "user_ and 64 lower-case hex digits");

/// A user's thing: `user_<64 hex>/<key>`, for rows that one user has several of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Of<K>(pub UserId, pub K);

impl<K: fmt::Display> fmt::Display for Of<K> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.0, self.1)
    }
}

impl<K: RowKey> RowKey for Of<K> {
    fn parse(text: &str) -> Option<Self> {
        let (user, key) = text.split_once('/')?;
        Some(Self(UserId::parse(user)?, K::parse(key)?))
    }

    fn write(&self, out: &mut KeyText) {
        self.0.write(out);
        out.push(b"/");
        self.1.write(out);
    }
}

impl RowKey for PublicKey {
    fn parse(text: &str) -> Option<Self> {
        Self::from_hex(text)
    }

    fn write(&self, out: &mut KeyText) {
        out.push(&self.to_hex());
    }
}

/// A number in a key: padded to 16 digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Padded(pub u64);

impl fmt::Display for Padded {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:016}", self.0)
    }
}

impl RowKey for Padded {
    fn parse(text: &str) -> Option<Self> {
        (text.len() == 16).then(|| text.parse().ok().map(Self)).flatten()
    }
}

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

/// A referral code: 128 bits in Crockford's base 32 as a ULID is written, 26 upper-case characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Code([u8; 26]);

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl Code {
    /// The code of a user.
    #[must_use]
    pub fn of(user: &UserId) -> Self {
        let Digest(hash) = Digest::of(tags::REFERRAL, &[user.to_string().as_bytes()]);
        let mut number = hash.iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
        let mut text = [b'0'; 26];
        for digit in text.iter_mut().rev() {
            *digit = CROCKFORD[usize::from((number & 31) as u8)];
            number >>= 5;
        }
        Self(text)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(core::str::from_utf8(&self.0).unwrap_or_default())
    }
}

impl RowKey for Code {
    fn parse(text: &str) -> Option<Self> {
        let digits = <[u8; 26]>::try_from(text.as_bytes()).ok()?;
        (digits[0] <= b'7' && digits.iter().all(|digit| CROCKFORD.contains(digit))).then_some(Self(digits))
    }
}

as_text!(Code, "26 upper-case characters of Crockford's base 32");

/// What a session may do: a set of rights, never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope(u8);

/// A right that a scope can hold, in the order in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Messages and chat keys.
    Chat,
    /// The profile.
    Profile,
    /// Private reads.
    Read,
    /// Using referral codes.
    Referral,
    /// Rotating and revoking sessions.
    Session,
}

/// All rights with their names.
pub const RIGHTS: [(Right, &str); 5] = [
    (Right::Chat, "chat"),
    (Right::Profile, "profile"),
    (Right::Read, "read"),
    (Right::Referral, "referral"),
    (Right::Session, "session"),
];

impl Scope {
    /// Every right.
    pub const ALL: Self = Self(0b1_1111);

    /// Whether it holds a right.
    #[must_use]
    pub fn allows(self, right: Right) -> bool {
        self.0 & (1 << right as u8) != 0
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut comma = "";
        for (_, name) in RIGHTS.iter().filter(|(right, _)| self.allows(*right)) {
            write!(out, "{comma}{name}")?;
            comma = ",";
        }
        Ok(())
    }
}

impl RowKey for Scope {
    fn parse(text: &str) -> Option<Self> {
        let mut scope = Self(0);
        for part in text.split(',') {
            let (right, _) = RIGHTS.iter().find(|(_, name)| *name == part)?;
            scope.0 |= 1 << *right as u8;
        }
        (scope.to_string() == text).then_some(scope)
    }
}

as_text!(Scope, "a sorted, comma-joined subset of chat,profile,read,referral,session");

/// A text for people: at most 64 bytes, no control or direction characters, no white space at either end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label(String);

impl Label {
    /// The longest, in bytes.
    pub const BYTES_MAX: usize = 64;

    /// Whether there is nothing to read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Label {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl RowKey for Label {
    fn parse(text: &str) -> Option<Self> {
        (text.len() <= Self::BYTES_MAX && is_plain(text)).then(|| Self(text.to_string()))
    }
}

as_text!(Label, "at most 64 bytes without control characters, or white space at either end");

/// Whether a name or label may be shown as it is: nothing invisible that changes what people read.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    let hidden = |c: char| matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !text.chars().any(hidden) && text.trim() == text
}

/// A blob by content: SHA-256 of its bytes, and how many there are (1..=262,144).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, try_from = "AnyBlob")]
pub struct Blob {
    /// SHA-256 of the bytes.
    pub sha256: Digest,
    /// In bytes.
    pub size: Int,
}

/// The largest blob, in bytes.
pub const BLOB_BYTES_MAX: u64 = 262_144;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnyBlob {
    sha256: Digest,
    size: Int,
}

impl TryFrom<AnyBlob> for Blob {
    type Error = &'static str;

    fn try_from(AnyBlob { sha256, size }: AnyBlob) -> Result<Self, Self::Error> {
        if (1..=BLOB_BYTES_MAX).contains(&size.get()) {
            Ok(Self { sha256, size })
        } else {
            Err("a blob has 1..=262144 bytes")
        }
    }
}

/// Whether a text may be a ledger's origin: `host[:port]` in lower case, 1..=253 bytes of `[a-z0-9.:-]`.
#[must_use]
pub fn is_origin(text: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".:-".contains(&byte);
    (1..=253).contains(&text.len()) && text.bytes().all(good)
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

    #[test]
    fn a_code_is_written_as_a_ulid_is() {
        let user = UserId(Digest([1; 32]));
        let code = Code::of(&user);
        let Digest(hash) = Digest::of(tags::REFERRAL, &[user.to_string().as_bytes()]);
        let read = code.to_string().bytes().fold(0_u128, |number, digit| {
            let at = CROCKFORD.iter().position(|known| *known == digit).expect("a Crockford digit");
            number << 5 | at as u128
        });
        assert_eq!(read.to_be_bytes(), hash[..16]);
        assert_eq!(Code::parse(&code.to_string()), Some(code));
        assert_eq!(Code::parse(&code.to_string().to_lowercase()), None);
        assert_eq!(Code::parse("8ZZZZZZZZZZZZZZZZZZZZZZZZZ"), None, "over 128 bits");
    }

    #[test]
    fn a_scope_has_one_spelling() {
        assert_eq!(Scope::ALL.to_string(), "chat,profile,read,referral,session");
        assert_eq!(Scope::parse("chat,read").map(|scope| scope.to_string()).as_deref(), Some("chat,read"));
        for bad in ["", "read,chat", "chat,chat", "chat,", "admin", "Chat"] {
            assert_eq!(Scope::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_origin_is_a_lower_case_host() {
        assert!(is_origin("atlas.example") && is_origin("localhost:8787"));
        assert!(!is_origin("") && !is_origin("Atlas") && !is_origin("a/b") && !is_origin(&"a".repeat(254)));
    }
}
