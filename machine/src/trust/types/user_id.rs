//! User ids, and the keys of rows that a user has several of.

use alloc::string::ToString as _;
use core::fmt;

use super::{Account, as_text};
use crate::kernel::{
    Digest, PublicKey,
    table::{KeyText, RowKey},
    tags,
};

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
