//! LOGIN: a wallet opens a session for a device key. The text that the wallet signs is rendered from the body (ERC-4361),
//! never parsed, and names everything that it grants.

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use serde::{Deserialize, Serialize};

use super::{
    State, anchor,
    effect::{Effect, SessionOpened},
    limits::{self, Charges},
    referral,
    refusal::Refusal,
    session::{self, Ended, Session},
    time::timestamp,
    user::User,
    words::{Account, Code, Scope, UserId},
};
use crate::kernel::{
    Digest, Effects, Int, PublicKey, Signature, Stamp,
    canonical::write,
    digest::{hex, unhex},
    machine::TICK_MAX,
    table::{At, RowKey as _},
    tags,
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

/// A wallet opens a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// What is signed.
    pub body: LoginBody,
    /// The wallet behind `body.address`, as `body.scheme` says.
    pub account: Account,
    /// The wallet's signature.
    pub sig: WalletSig,
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
    /// By the device key, over the tagged text.
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
        let sig = match &self.sig {
            WalletSig::Eip191(bytes) => hex(bytes),
            WalletSig::Ed25519(signature) => signature.to_string(),
        };
        out.extend_from_slice(b"{\"body\":");
        write(&self.body, out);
        out.extend_from_slice(format!(",\"kind\":\"LOGIN\",\"sig\":\"{sig}\",\"v\":1}}").as_bytes());
    }
}

/// The id of the session that a login with this text opens.
#[must_use]
pub fn id_of_text(text: &str) -> Digest {
    Digest::of(tags::LOGIN, &[text.as_bytes()])
}

/// Applies a LOGIN: judges all of it, then writes.
pub(super) fn apply(state: &mut State, stamp: &Stamp, login: &Login) -> Result<Effects<Effect>, Refusal> {
    let origin = state.genesis().ok_or(Refusal::Genesis)?.origin.clone();
    let id = login.id(&origin);
    let user = UserId::of(&login.account);
    let first = state.users.get(&user).is_none();
    let charges = Charges::login(state, stamp, user, first);
    let anchors = anchor::plan(state, stamp);
    judge(state, stamp, login, &id, &charges, &anchors)?;
    let advised = limits::judge_aegis(state, &charges)?;

    anchor::advance(state, stamp, &anchors);
    limits::count(state, charges);
    let until = Int::saturating(stamp.at + login.body.ttl.get());
    if first {
        create_user(state, stamp, user, &login.account);
    }
    state.sessions.put(id, Session::open(&login.body, user, stamp.at, until));
    let evicted = list(state, stamp, user, id);
    referral::note_device(state, user, login.body.device_key);
    let LoginBody { device_key, scope, .. } = login.body;
    let opened = SessionOpened { device_key, first, scope, session: id, until, user };
    Ok(advised.into_iter().chain(evicted).chain([Effect::from(opened)]).collect())
}

/// Lists the new session behind those that are still active; the oldest makes room where there is none.
fn list(state: &mut State, stamp: &Stamp, user: UserId, id: Digest) -> Option<Effect> {
    let row = state.users.get(&user)?;
    let active = |listed: &&Digest| state.sessions.get(*listed).is_some_and(|session| session.active(stamp.at));
    let mut listed: Vec<Digest> = row.sessions.iter().filter(active).copied().collect();
    let oldest = (listed.len() >= session::ACTIVE_MAX).then(|| listed.remove(0));
    let evicted = oldest.and_then(|oldest| session::end(state, oldest, Ended::Evicted, None));
    listed.push(id);
    session::replace_listed(state, At::new(user), |sessions| *sessions = listed);
    evicted
}

fn judge(
    state: &State,
    stamp: &Stamp,
    login: &Login,
    id: &Digest,
    charges: &Charges,
    anchors: &anchor::Plan,
) -> Result<(), Refusal> {
    let LoginBody { anchor, issued_at, expires_at, ttl, .. } = &login.body;
    if state.sessions.get(id).is_some() {
        return Err(Refusal::SessionExists);
    }
    limits::judge(charges)?;
    if !anchors.good(state, anchor) {
        return Err(Refusal::AnchorUnknown);
    }
    if issued_at.get() > stamp.at + FUTURE_MS_MAX {
        return Err(Refusal::IssuedInFuture);
    }
    if stamp.at >= expires_at.get() {
        return Err(Refusal::Expired);
    }
    if expires_at <= issued_at || expires_at.get() - issued_at.get() > LIFETIME_MS_MAX {
        return Err(Refusal::Lifetime);
    }
    if TTL_MS.contains(&ttl.get()) { Ok(()) } else { Err(Refusal::Ttl) }
}

fn create_user(state: &mut State, stamp: &Stamp, user: UserId, account: &Account) {
    state.users.put(user, User::new(account, stamp.at));
    let code = Code::of(&user);
    if state.codes.get(&code).is_none() {
        state.codes.put(code, referral::CodeOwner { user });
    }
}
