//! Generates a sequence of events from any bytes: what a client could send, biased towards what nearly works, so that rules are reached
//! behind the first check. Signatures are zeros: they are judged before `apply`, and these events are for `apply` itself.

use ed25519_dalek::{Signer as _, SigningKey};
use machine::{
    kernel::{
        Digest, Int, PublicKey, Signature, Tick,
        entry::Ledger,
        table::{Only, RowKey as _},
    },
    trust::{
        Body, Event, Intent, OperatorBody, OperatorIntent, Trust, UserId,
        aegis::AegisStaged,
        chat::{KeysPublished, Message, thread},
        genesis::Genesis,
        login::{Login, LoginBody, WalletSig},
        operator::{OperatorRotated, OperatorSession, proof_message},
        profile::{ProfileErased, ProfileUpdated},
        referral::ReferralUse,
        ruleset::{GuardName, Ruleset, RulesetActivated},
        session::{SessionRevoked, SessionRotated},
        types::{Account, Blob, Code, Counter, Label, Origin, Scope, Stage, Which},
    },
};

/// The ledger's name in every sequence.
pub const ORIGIN: &str = "any.example";
/// The tick of the first event.
pub const START: Tick = 1_767_225_600_000;

const WALLETS: u8 = 6;
const DEVICES: u8 = 14;

/// Bytes that decide; none left: zeros.
#[derive(Clone, Debug)]
pub struct Generator<'a> {
    bytes: &'a [u8],
    now: Tick,
    /// Every other sequence makes few mistakes, and so comes far.
    is_careful: bool,
}

impl<'a> Generator<'a> {
    /// A sequence that these bytes decide.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        let mut generator = Self { bytes, now: START, is_careful: false };
        generator.is_careful = generator.byte() & 1 == 1;
        generator
    }

    /// The next event and its tick, for a ledger that stands here; none once the bytes are used up.
    pub fn next(&mut self, ledger: &Ledger<Trust>) -> Option<(Tick, Event)> {
        if self.bytes.is_empty() {
            return None;
        }
        if ledger.head.size == 0 {
            return Some((self.now, genesis()));
        }
        self.now += match self.byte() {
            0 => 2_592_000_000,
            1..=7 => 86_400_000,
            8..=11 => 700_000,
            12..=31 => 61_000,
            32..=63 => 11_000,
            _ => 1_000,
        };
        let event = match self.below(16) {
            0..=3 => self.login(ledger),
            4 => self.operator(ledger),
            _ => self.intent(ledger),
        };
        Some((self.now, event))
    }

    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.bytes.split_first() else { return 0 };
        self.bytes = rest;
        *first
    }

    /// A number of 0..n, from one byte.
    fn below(&mut self, n: u8) -> u8 {
        self.byte() % n.max(1)
    }

    /// True once in eight bytes, or in 64 of a careful sequence.
    fn rarely(&mut self) -> bool {
        let mask = if self.is_careful { 63 } else { 7 };
        self.byte() & mask == mask
    }

    fn login(&mut self, ledger: &Ledger<Trust>) -> Event {
        let account = wallet(self.below(WALLETS));
        let good = ledger.state.challenge(&ledger.head.hash).unwrap_or(Digest::ZERO);
        let anchor = if self.rarely() { Digest([9; 32]) } else { good };
        let issued_at = if self.rarely() { self.now + 61_000 } else { self.now.saturating_sub(1_000) };
        let lifetime = if self.rarely() { 600_001 } else { 60_000 };
        const MONTH: u64 = 2_592_000_000;
        let ttl = [MONTH, MONTH, MONTH, MONTH, MONTH, 60_000, 59_999, 86_400_000][usize::from(self.below(8))];
        let (scheme, sig) = match account {
            Account::Eip155(_) => ("eip191", WalletSig::Eip191([0; 65])),
            Account::Ed25519(_) => ("ed25519", WalletSig::Ed25519(Signature([0; 64]))),
        };
        let body = LoginBody {
            address: account.to_string(),
            anchor,
            chain_id: Int::saturating(u64::from(matches!(account, Account::Eip155(_)))),
            device_key: device(self.below(DEVICES)),
            device_sig: Signature([0; 64]),
            expires_at: Int::saturating(issued_at + lifetime),
            issued_at: Int::saturating(issued_at),
            scheme: scheme.to_string(),
            scope: self.scope(),
            ttl: Int::saturating(ttl),
        };
        Event::Login(Login::read(body, &sig.to_string()).expect("parts that fit"))
    }

    fn scope(&mut self) -> Scope {
        let reading = Scope::parse("read").unwrap_or(Scope::ALL);
        if self.rarely() { reading } else { Scope::ALL }
    }

    fn intent(&mut self, ledger: &Ledger<Trust>) -> Event {
        let (mut sessions, mostly) = (Vec::new(), !self.rarely());
        ledger.state.sessions().for_each(|id, session| {
            if session.active(self.now) == mostly {
                sessions.push((*id, session.clone()));
            }
        });
        sessions.sort_by_key(|(id, session)| (session.since, *id));
        let chosen = usize::from(self.byte()).checked_rem(sessions.len()).map(|at| &sessions[at]);
        let Some((session, row)) = chosen.filter(|_| self.byte() > 3) else {
            return self.signed(Digest([1; 32]), device(0), 1, ledger);
        };
        let key = if self.rarely() { device(self.below(DEVICES)) } else { row.device_key };
        let newest = row.newest.get();
        let counter = match self.byte() {
            _ if self.is_careful && !self.rarely() => newest + 1,
            0..=31 => newest.saturating_sub(u64::from(self.below(4))),
            32..=47 => newest.saturating_sub(64),
            48..=51 => newest + 1_000_001,
            52..=67 => newest + u64::from(self.byte()),
            68..=99 => newest + 2 + u64::from(self.below(3)),
            _ => newest + 1,
        };
        self.signed(*session, key, counter.max(1), ledger)
    }

    fn signed(&mut self, session: Digest, key: PublicKey, counter: u64, ledger: &Ledger<Trust>) -> Event {
        let user = ledger.state.sessions().get(&session).map_or(UserId(Digest::ZERO), |row| row.user);
        let body = self.body(user, ledger);
        Event::Intent(Intent {
            body,
            counter: Counter::new(counter).expect("at least 1"),
            key,
            session,
            sig: Signature([0; 64]),
        })
    }

    fn body(&mut self, user: UserId, ledger: &Ledger<Trust>) -> Body {
        let (anybody, waiting) = (UserId::of(&wallet(self.below(WALLETS))), waiting(user, ledger));
        let chosen = usize::from(self.byte());
        let other = waiting.get(chosen % (2 * waiting.len()).max(1)).copied().unwrap_or(anybody);
        let blob = Blob::new(Digest([self.below(5); 32]), 100).expect("a blob");
        // who may still be invited, and for whom nobody waits, rather is than writes
        let is_fresh = ledger.state.users().get(&user).is_some_and(|row| !row.messaged)
            && ledger.state.referrals().get(&user).is_none()
            && waiting.is_empty();
        match self.below(if is_fresh { 10 } else { 16 }) {
            0 => Body::ProfileUpdated(ProfileUpdated { blob }),
            1 => Body::ProfileErased(ProfileErased {}),
            2 | 3 => {
                let key = device(self.below(DEVICES));
                Body::KeysPublished(KeysPublished { identity_key: key, prekey: key, prekey_sig: Signature([0; 64]) })
            }
            4..=6 => {
                let unknown = UserId(Digest([8; 32]));
                Body::ReferralUse(ReferralUse { code: Code::of(if self.rarely() { &unknown } else { &other }) })
            }
            7 => {
                let device_key = device(self.below(DEVICES));
                Body::SessionRotated(SessionRotated { device_key, device_sig: Signature([0; 64]) })
            }
            8 => self.revocation(user, ledger),
            _ => {
                let thread = if self.rarely() { Digest::ZERO } else { thread(user, other) };
                Body::Message(Message { blob, thread, to: other })
            }
        }
    }

    fn revocation(&mut self, user: UserId, ledger: &Ledger<Trust>) -> Body {
        let own = ledger.state.users().get(&user).map(|row| row.sessions.clone()).unwrap_or_default();
        let session = own.get(usize::from(self.below(16))).or(own.first()).copied().unwrap_or(Digest([2; 32]));
        Body::SessionRevoked(SessionRevoked { reason: Label::default(), session })
    }

    fn operator(&mut self, ledger: &Ledger<Trust>) -> Event {
        let row = ledger.state.operator().get(&Only);
        let (counter, in_force) = row.map_or((0, key(0)), |row| (row.counter.get(), row.key));
        let log = ledger.state.log().get(&Only).map_or(key(1), |row| row.key);
        let counter = if self.rarely() { u64::from(self.below(4)) + counter } else { counter + 1 };
        let signer = if self.rarely() { key(9) } else { in_force };
        let body = match self.below(3) {
            0 => OperatorBody::AegisStaged(AegisStaged {
                stage: [Stage::Off, Stage::Observe, Stage::Enforce][usize::from(self.below(3))],
            }),
            1 => OperatorBody::RulesetActivated(RulesetActivated { ruleset: self.ruleset(ledger) }),
            _ => {
                let which = if self.below(2) == 0 { Which::Log } else { Which::Operator };
                let replaced = if which == Which::Log { log } else { in_force };
                let (prover, message) = (signing_key(self.below(6)), proof_message(ORIGIN, which, &replaced));
                let proof = if self.rarely() { [0; 64] } else { prover.sign(message.as_bytes()).to_bytes() };
                let key = PublicKey(prover.verifying_key().to_bytes());
                OperatorBody::OperatorRotated(OperatorRotated { key, proof: Signature(proof), which })
            }
        };
        let counter = Counter::new(counter.max(1)).expect("at least 1");
        let (session, sig) = (OperatorSession, Signature([0; 64]));
        Event::Operator(OperatorIntent { body, counter, key: signer, session, sig })
    }

    /// Tiers that a few referrals come to the end of.
    fn tiers(&mut self) -> Vec<(Int, Int)> {
        let (first, base) = (u64::from(self.below(3)), 1_000_000 * u64::from(self.byte()));
        let second = first + 1 + u64::from(self.below(3));
        [(first, base), (second, base / 2)].map(|(n, micro)| (Int::saturating(n), Int::saturating(micro))).into()
    }

    fn ruleset(&mut self, ledger: &Ledger<Trust>) -> Ruleset {
        let last = ledger.state.ruleset().get(&Only).cloned().unwrap_or_else(Ruleset::first);
        let version = last.version.get() + u64::from(!self.rarely());
        let mut next = Ruleset { version: Int::saturating(version), ..last };
        for guard in &mut next.guards {
            guard.max = Int::saturating([1, 2, 120, 120][usize::from(self.below(4))]);
            // a day is longer than a sequence: a window that is full once would refuse every login after it
            if guard.name == GuardName::RateSessions {
                guard.max = Int::saturating(60 + u64::from(self.below(64)));
            }
            let windows = [1_000, 11_000, 60_000, 700_000];
            guard.window_ms = match guard.name {
                GuardName::RateSessions => Int::saturating(if self.rarely() { 2_592_000_000 } else { 86_400_000 }),
                _ => Int::saturating(windows[usize::from(self.below(4))]),
            };
            guard.aegis = self.below(4) == 3;
        }
        next.epoch_ms = Int::saturating([1_000, 60_000, 86_400_000, 2_592_000_000][usize::from(self.below(4))]);
        next.referral_window_ms = Int::saturating([86_400_000, 2_592_000_000][usize::from(self.below(2))]);
        next.bonus_divisor = Int::saturating(1 + u64::from(self.below(20)));
        next.tiers = self.tiers();
        next.user_cap_micro = Int::saturating(u64::from(self.byte()) * 2_000_000);
        next.mint_cap_micro = Int::saturating(u64::from(self.byte()) * 5_000_000);
        next.coherence_half = Int::saturating(u64::from(self.byte()) + u64::from(!self.rarely()));
        next
    }
}

/// Whose referrals wait for a message of this user.
fn waiting(user: UserId, ledger: &Ledger<Trust>) -> Vec<UserId> {
    let mut waiting = Vec::new();
    ledger.state.referrals().for_each(|invited, row| match row {
        row if *invited == user && !row.from_user => waiting.push(row.owner),
        row if row.owner == user && !row.from_owner => waiting.push(*invited),
        _ => {}
    });
    waiting
}

/// The genesis that every sequence begins with.
#[must_use]
pub fn genesis() -> Event {
    Event::Genesis(Genesis {
        log_key: key(1),
        operator_key: key(0),
        origin: Origin::parse(ORIGIN).expect("an origin"),
        ruleset: Ruleset::first(),
        state_every: Int::from(4),
    })
}

fn signing_key(n: u8) -> SigningKey {
    SigningKey::from_bytes(&[n; 32])
}

fn key(n: u8) -> PublicKey {
    PublicKey(signing_key(n).verifying_key().to_bytes())
}

fn device(n: u8) -> PublicKey {
    PublicKey([n + 1; 32])
}

fn wallet(n: u8) -> Account {
    if n == 0 { Account::Eip155([7; 20]) } else { Account::Ed25519(PublicKey([n; 32])) }
}
