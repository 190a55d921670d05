//! LOGIN: a wallet opens a session for a device key. The text that the wallet signs is rendered from the body (ERC-4361), never parsed,
//! and names everything that it grants. The ids of logins that could be replayed are kept until they expire.
//!
//! Loops: an entry removes at most [`EXPIRED_MAX`] ids of logins, whatever how many there are.

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};
use core::{fmt, ops::RangeInclusive};

use serde::{Deserialize, Serialize};

use super::{
    anchor,
    owned::Owned,
    refusal::Refusal,
    time::timestamp,
    types::{Account, Padded, Scope, UserId},
};
use crate::{
    bug,
    kernel::{
        Digest, Int, PublicKey, Signature, Tick,
        canonical::write,
        digest::{hex, unhex},
        heap::Heap,
        machine::TICK_MAX,
        table::{AnyTable, Prefix, Proof, Row, RowKey, Table},
        tags,
    },
};

/// How long a session may live, in ms: a minute to 30 days.
pub const TTL_MS: core::ops::RangeInclusive<u64> = 60_000..=2_592_000_000;
/// How long a login may be used after it was issued, in ms.
pub const LIFETIME_MS_MAX: u64 = 600_000;
/// How far ahead of the ledger a wallet's clock may be, in ms.
pub const FUTURE_MS_MAX: u64 = 60_000;

/// A wallet's signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WalletSig {
    /// r, s and v (0x1b or 0x1c) over the EIP-191 form of the text.
    Eip191([u8; 65]),
    /// Ed25519 over the tagged text.
    Ed25519(Signature),
}

impl fmt::Display for WalletSig {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Eip191(bytes) => out.write_str(&hex(bytes)),
            Self::Ed25519(signature) => signature.fmt(out),
        }
    }
}

/// A wallet opens a session. Made by [`Login::read`] alone, so that its parts fit each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    body: LoginBody,
    account: Account,
    sig: WalletSig,
}

/// What a LOGIN says. Ticks in ms since the Unix epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginBody {
    /// `0x` and 40 lower-case hex digits, or 64 for an Ed25519 key.
    pub address: String,
    /// The hash of a recent entry that opened its 10-second window: the challenge.
    pub anchor: Digest,
    /// Shown to the user, nothing else; 0 for ed25519.
    pub chain_id: Int,
    /// The key that will sign in the session.
    pub device_key: PublicKey,
    /// The device key's signature over the tagged text.
    pub device_sig: Signature,
    /// From when on this login cannot be used.
    pub expires_at: Int,
    /// When the wallet was asked.
    pub issued_at: Int,
    /// `eip191` or `ed25519`.
    pub scheme: String,
    /// What the session may do.
    pub scope: Scope,
    /// How long the session lives, in ms.
    pub ttl: Int,
}

impl LoginBody {
    /// The text that the wallet shows and signs.
    #[must_use]
    pub fn text(&self, origin: &str, account: &Account) -> String {
        let name = match account {
            Account::Eip155(_) => "Ethereum",
            Account::Ed25519(_) => "Ed25519",
        };
        let (issued, expires) = (timestamp(self.issued_at.get()), timestamp(self.expires_at.get()));
        let Self { anchor, chain_id, device_key, scope, ttl, .. } = self;
        format!(
            "{origin} wants you to sign in with your {name} account:\n{}\n\n\
             What you do here is public and permanent. Messages are encrypted.\n\n\
             URI: https://{origin}\nVersion: 1\nChain ID: {chain_id}\nNonce: {anchor}\n\
             Issued At: {issued}\nExpiration Time: {expires}\n\
             Resources:\n- urn:qfs:device:{device_key}\n- urn:qfs:scope:{scope}\n- urn:qfs:ttl:{ttl}",
            account.shown(),
        )
    }
}

impl Login {
    /// What is signed.
    #[must_use]
    pub fn body(&self) -> &LoginBody {
        &self.body
    }

    /// The wallet behind `body.address`, as `body.scheme` says.
    #[must_use]
    pub fn account(&self) -> Account {
        self.account
    }

    /// The user that the wallet is.
    #[must_use]
    pub fn user(&self) -> UserId {
        UserId::of(&self.account)
    }

    /// The wallet's signature.
    #[must_use]
    pub fn sig(&self) -> &WalletSig {
        &self.sig
    }

    /// The text that the wallet signed.
    #[must_use]
    pub fn text(&self, origin: &str) -> String {
        self.body.text(origin, &self.account)
    }

    /// The event's and the session's id: no signature is part of it.
    #[must_use]
    pub fn id(&self, origin: &str) -> Digest {
        id_of_text(&self.text(origin))
    }

    /// A login from its parts, checked for shape.
    ///
    /// # Errors
    /// What is wrong with the parts.
    pub fn read(body: LoginBody, sig: &str) -> Result<Self, String> {
        let account = Account::parse(&body.address).filter(|account| account.scheme() == body.scheme);
        let account = account.ok_or("`address` is none of `scheme`")?;
        let (sig, chains) = match account {
            Account::Eip155(_) => (unhex(sig).map(WalletSig::Eip191), 1..=Int::MAX.get()),
            Account::Ed25519(_) => (Signature::from_hex(sig).map(WalletSig::Ed25519), 0..=0),
        };
        if !chains.contains(&body.chain_id.get()) {
            return Err("`chain_id` is 1 or more for eip191, 0 for ed25519".to_string());
        }
        assert_eq!(account.to_string(), body.address, "a wallet has one spelling");
        if body.issued_at.get().max(body.expires_at.get()) > TICK_MAX {
            return Err("`issued_at` or `expires_at` lies after the year 9999".to_string());
        }
        Ok(Self { body, account, sig: sig.ok_or("`sig` is not 130 (eip191) or 128 (ed25519) lower-case hex digits")? })
    }

    /// The canonical bytes.
    #[must_use]
    pub fn to_canonical(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(&mut bytes);
        bytes
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"body\":");
        write(&self.body, out);
        out.extend_from_slice(format!(",\"kind\":\"LOGIN\",\"sig\":\"{}\",\"v\":1}}", self.sig).as_bytes());
    }
}

/// The id of the session that a login with this text opens.
#[must_use]
pub fn id_of_text(text: &str) -> Digest {
    Digest::of(tags::LOGIN, &[text.as_bytes()])
}

/// A LOGIN that could still be replayed, by when it expires and its id: `<expires_at>/<id>` when written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LoginKey(pub Padded, pub Digest);

impl fmt::Display for LoginKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.0, self.1)
    }
}

impl RowKey for LoginKey {
    fn parse(text: &str) -> Option<Self> {
        let (expires_at, id) = text.split_once('/')?;
        Some(Self(Padded::parse(expires_at)?, Digest::from_hex(id)?))
    }
}

/// A LOGIN that could still be replayed: the key says all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replayable {}

impl Row for Replayable {
    const TABLE: &'static str = "logins";
    type Key = LoginKey;
}

/// How many expired ids of logins an entry removes at most: more than it can add, so that none pile up.
pub const EXPIRED_MAX: usize = 4;

/// The LOGINs that could still be replayed, and beside them, never hashed, in which order they expire.
#[derive(Clone, Debug, Default)]
pub struct Logins {
    table: Table<Replayable>,
    order: Heap<LoginKey>,
    /// The order as the entry that is being applied found it.
    before: Heap<LoginKey>,
}

/// The ids that an entry removes before its event is judged.
#[derive(Debug)]
pub(super) struct Expired(Vec<LoginKey>);

impl Logins {
    /// How many LOGINs could still be replayed, or wait to be removed.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.table.rows()
    }

    /// The tick at which the last of them expires; 0 if there is none.
    pub(super) fn latest(&self) -> Tick {
        let mut latest = 0;
        self.table.for_each(|LoginKey(expires_at, _), _| latest = latest.max(expires_at.0.get()));
        latest
    }

    /// The first ids that have expired, at most [`EXPIRED_MAX`].
    pub(super) fn expired(&self, at: Tick) -> Expired {
        Expired(self.order.first(EXPIRED_MAX, |LoginKey(expires_at, _)| expires_at.0.get() <= at))
    }

    /// Whether this LOGIN is known, after what this entry removes.
    fn holds(&self, key: &LoginKey, expired: &Expired) -> bool {
        self.table.get(key).is_some() && !expired.0.contains(key)
    }

    /// Removes what has expired.
    pub(super) fn remove(&mut self, Expired(keys): &Expired) {
        for key in keys {
            let least = self.order.pop();
            assert_eq!(least.as_ref(), Some(key), "logins expire in order");
            self.table.remove(key);
        }
    }

    /// Remembers a LOGIN until it expires.
    pub(super) fn add(&mut self, login: &Login, id: Digest) {
        let key = LoginKey(Padded(login.body.expires_at), id);
        assert!(self.table.get(&key).is_none(), "{key} is one session");
        self.table.put(key, Replayable {});
        self.order.push(key);
    }
}

impl Owned for Logins {
    fn any(&self) -> &dyn AnyTable {
        self
    }

    fn any_mut(&mut self) -> &mut dyn AnyTable {
        self
    }
}

/// The table is what the kernel sees; the order follows it.
impl AnyTable for Logins {
    fn name(&self) -> &'static str {
        Replayable::TABLE
    }

    fn rows(&self) -> u64 {
        self.table.rows()
    }

    fn digest(&mut self) -> Digest {
        self.table.digest()
    }

    fn begin(&mut self) {
        self.table.begin();
        self.before = self.order.clone();
    }

    fn undo(&mut self) {
        self.table.undo();
        self.order = core::mem::take(&mut self.before);
    }

    fn changed(&mut self, out: &mut Vec<u8>) {
        self.table.changed(out);
    }

    fn touched(&self, each: &mut dyn FnMut(Prefix)) {
        self.table.touched(each);
    }

    fn rows_in(&self, range: RangeInclusive<Prefix>, each: &mut dyn FnMut(Prefix, &str, &[u8]) -> bool) {
        self.table.rows_in(range, each);
    }

    fn load(&mut self, key: &str, value: &[u8]) -> Option<Prefix> {
        let place = self.table.load(key, value)?;
        self.order.push(LoginKey::parse(key).unwrap_or_else(|| bug!("{key} was loaded and is no LOGIN")));
        Some(place)
    }

    fn loaded(&mut self) {
        self.table.loaded();
    }

    fn prove_text(&mut self, key: &str) -> Option<Proof> {
        self.table.prove_text(key)
    }

    fn value_text(&self, key: &str) -> Option<Vec<u8>> {
        self.table.value_text(key)
    }

    fn assert_valid(&self) {
        self.table.assert_valid();
        let mut order = self.order.clone();
        let ordered: Vec<LoginKey> = core::iter::from_fn(|| order.pop()).collect();
        assert!(ordered.is_sorted() && ordered.len() as u64 == self.table.rows(), "{} logins in order", ordered.len());
        assert!(ordered.iter().all(|key| self.table.get(key).is_some()), "each of them has a row");
    }

    #[cfg(test)]
    fn plant(&mut self, key: &str, value: &[u8]) -> bool {
        let before = self.table.rows();
        let done = self.table.plant(key, value);
        if let Some(key) = LoginKey::parse(key).filter(|_| self.table.rows() > before) {
            self.order.push(key);
        }
        done
    }
}

/// Whether a LOGIN opened a session that the state remembers, or could be replayed.
pub(super) fn exists(logins: &Logins, expired: &Expired, session_known: bool, login: &Login, id: Digest) -> bool {
    session_known || logins.holds(&LoginKey(Padded(login.body.expires_at), id), expired)
}

/// Judges what a LOGIN says, in order.
pub(super) fn judge(login: &Login, at: Tick, anchors: (&anchor::Anchors, &anchor::Plan)) -> Result<(), Refusal> {
    let LoginBody { anchor, issued_at, expires_at, ttl, .. } = &login.body;
    let (known, plan) = anchors;
    if !plan.allows(known, anchor) {
        return Err(Refusal::AnchorUnknown);
    }
    if issued_at.get() > at + FUTURE_MS_MAX {
        return Err(Refusal::IssuedInFuture);
    }
    if at >= expires_at.get() {
        return Err(Refusal::Expired);
    }
    if expires_at <= issued_at || expires_at.get() - issued_at.get() > LIFETIME_MS_MAX {
        return Err(Refusal::Lifetime);
    }
    if TTL_MS.contains(&ttl.get()) { Ok(()) } else { Err(Refusal::Ttl) }
}
