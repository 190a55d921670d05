//! The rules where no scenario can go: refusals that no client of a door can earn, and sessions to the tick.

mod keys;
mod precedence;
mod sessions;
mod steps;

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use ed25519_dalek::{Signer as _, SigningKey};

use super::{
    Body, Effect, Event, Intent, OperatorBody, OperatorIntent, Refusal, Trust,
    curves::Curves,
    genesis::Genesis,
    login::{Login, LoginBody, WalletSig},
    operator::OperatorSession,
    ruleset::{Ruleset, RulesetActivated, SEMANTICS},
    types::{Account, Counter, Origin, Scope},
    verify::Signatures,
};
use crate::kernel::{
    Digest, Entry, Int, Parsed, PublicKey, Signature, Tick, Verified, canonical,
    entry::{Ledger, Outcome},
    table::{Row, RowKey as _, Tables as _},
    tags,
};

pub(crate) const ORIGIN: &str = "tests.example";
pub(crate) const START: Tick = 1_767_225_600_000;

/// A ledger, and somebody who signs for everybody.
#[derive(Clone)]
struct Desk {
    ledger: Ledger<Trust>,
    now: Tick,
}

impl Desk {
    fn new() -> Self {
        let mut desk = Self { ledger: Ledger::default(), now: START };
        desk.enter(&genesis()).expect("a genesis");
        desk
    }

    /// Checks the signatures, then applies, as a door and its node do.
    fn enter(&mut self, event: &Event) -> Result<Entry<Trust>, Refusal> {
        let parsed = Parsed::new::<Trust>(event, ORIGIN).map_err(|malformed| malformed.refusal)?;
        let signatures = Signatures { origin: ORIGIN.to_string(), arithmetic: Curves };
        let verified = Verified::by::<Trust>(&signatures, parsed)?;
        match self.ledger.apply(verified, self.now, None) {
            Outcome::Accepted(entry) => Ok(entry),
            Outcome::Refused(refusal) => Err(refusal),
        }
    }

    fn challenge(&self) -> Digest {
        self.ledger.state.challenge(&self.ledger.head.hash).expect("an anchor")
    }

    /// A login of a wallet on a device.
    fn login(&self, wallet: &SigningKey, device: &SigningKey, ttl: u64) -> Login {
        login_at(self.challenge(), self.now, wallet, device, ttl)
    }

    /// Logs in; gives the session.
    fn open(&mut self, wallet: &SigningKey, device: &SigningKey, ttl: u64) -> Digest {
        let login = self.login(wallet, device, ttl);
        let id = login.id(ORIGIN);
        self.enter(&Event::Login(login)).expect("a good login");
        id
    }

    /// Writes a row as no entry could, past the module that owns it.
    fn plant<R: Row>(&mut self, key: &R::Key, row: &R) {
        let (key, value) = (key.to_string(), canonical::to_bytes(row));
        self.ledger.state.each_mut(&mut |table| {
            if table.name() == R::TABLE {
                assert!(table.plant(&key, &value), "{key} is a row of {}", R::TABLE);
            }
        });
    }

    fn act(&mut self, session: Digest, key: &SigningKey, counter: u64, body: Body) -> Result<Entry<Trust>, Refusal> {
        self.enter(&intent(session, key, counter, body))
    }
}

/// A login of a wallet on a device, which names this anchor.
pub(crate) fn login_at(anchor: Digest, now: Tick, wallet: &SigningKey, device: &SigningKey, ttl: u64) -> Login {
    let body = LoginBody {
        address: Account::Ed25519(public(wallet)).to_string(),
        anchor,
        chain_id: Int::ZERO,
        device_key: public(device),
        device_sig: Signature([0; 64]),
        expires_at: Int::saturating(now + 600_000),
        issued_at: Int::saturating(now),
        scheme: "ed25519".to_string(),
        scope: Scope::ALL,
        ttl: Int::saturating(ttl),
    };
    sign_login(body, wallet, device)
}

pub(crate) fn genesis() -> Event {
    Event::Genesis(Genesis {
        log_key: public(&key(101)),
        operator_key: public(&key(100)),
        origin: Origin::parse(ORIGIN).expect("an origin"),
        ruleset: Ruleset::first(),
        state_every: Int::from(1),
    })
}

pub(crate) fn key(n: u8) -> SigningKey {
    SigningKey::from_bytes(&[n; 32])
}

pub(crate) fn public(key: &SigningKey) -> PublicKey {
    PublicKey(key.verifying_key().to_bytes())
}

pub(crate) fn sign(key: &SigningKey, message: &[u8]) -> Signature {
    Signature(key.sign(message).to_bytes())
}

/// The body signed by the wallet and by the device.
fn sign_login(mut body: LoginBody, wallet: &SigningKey, device: &SigningKey) -> Login {
    let account = Account::Ed25519(public(wallet));
    let text = body.text(ORIGIN, &account);
    body.device_sig = sign(device, [tags::DEVICE.0, &text].concat().as_bytes());
    login_of(body, &WalletSig::Ed25519(sign(wallet, [tags::LOGIN.0, &text].concat().as_bytes())))
}

/// A login from its parts, which fit each other.
fn login_of(body: LoginBody, sig: &WalletSig) -> Login {
    Login::read(body, &sig.to_string()).expect("parts that fit")
}

pub(crate) fn intent(session: Digest, key: &SigningKey, counter: u64, body: Body) -> Event {
    let counter = Counter::new(counter).expect("a counter");
    let mut intent = Intent { body, counter, key: public(key), session, sig: Signature([0; 64]) };
    intent.sig = sign(key, &intent.signed_bytes(ORIGIN));
    Event::Intent(intent)
}

fn activation(ruleset: Ruleset) -> Event {
    operator_intent(&key(100), 1, RulesetActivated { ruleset }.into())
}

fn operator_intent(key: &SigningKey, counter: u64, body: OperatorBody) -> Event {
    let (counter, sig) = (Counter::new(counter).expect("a counter"), Signature([0; 64]));
    let mut intent = OperatorIntent { body, counter, key: public(key), session: OperatorSession, sig };
    intent.sig = sign(key, &intent.signed_bytes(ORIGIN));
    Event::Operator(intent)
}

fn kinds(entry: &Entry<Trust>) -> Vec<&'static str> {
    entry.effects.iter().map(Effect::kind).collect()
}

#[test]
fn nothing_comes_before_the_genesis_and_it_comes_once() {
    let mut empty = Desk { ledger: Ledger::default(), now: START };
    assert_eq!(empty.enter(&activation(Ruleset::first())).map(drop), Err(Refusal::Genesis));
    let mut desk = Desk::new();
    assert_eq!(desk.enter(&genesis()).map(drop), Err(Refusal::Genesis));
}

#[test]
fn the_same_login_opens_one_session() {
    let mut desk = Desk::new();
    let login = Event::Login(desk.login(&key(1), &key(2), 60_000));
    assert_eq!(desk.enter(&login).map(|entry| kinds(&entry)), Ok(["SessionOpened"].to_vec()));
    assert_eq!(desk.enter(&login).map(drop), Err(Refusal::SessionExists));
}

#[test]
fn an_event_may_be_long_and_not_longer() {
    let tier = |n: u64| (Int::saturating(n), Int::from(1));
    let with = |tiers: u64| activation(Ruleset { tiers: (0..tiers).map(tier).collect(), ..Ruleset::first() });
    assert!(Event::read(&with(3_000).to_canonical()).is_ok());
    let refused = Event::read(&with(6_000).to_canonical()).map_err(|malformed| malformed.refusal);
    assert_eq!(refused.map(drop), Err(Refusal::Size));
}

#[test]
fn semantics_that_this_binary_does_not_know_are_named() {
    let semantics = Int::saturating(SEMANTICS.get() + 1);
    let unknown = activation(Ruleset { semantics, version: Int::from(2), ..Ruleset::first() }).to_canonical();
    let malformed = Event::read(&unknown).expect_err("unknown semantics");
    assert_eq!(
        (malformed.refusal, malformed.detail.contains(&format!("semantics {semantics}"))),
        (Refusal::Semantics, true)
    );
    let mut ledger = Desk::new().ledger;
    let text = String::from_utf8(unknown).expect("text");
    let line = format!(
        "{{\"at\":{START},\"delta\":\"{0}\",\"effects\":[],\"event\":{text},\"hash\":\"{0}\",\"prev\":\"{0}\",\"seq\":1,\"v\":1}}",
        Digest::ZERO
    );
    let stopped = ledger.replay(line.as_bytes()).map(drop).expect_err("a ledger of a newer binary");
    assert!(format!("{stopped}").contains(&format!("semantics {semantics}")), "{stopped}");
}
