//! How large a state grows: bytes on the heap a user, a session, a device key, a message, a login. The state grows with people, not with what
//! they do, so that the last two are 0. `cargo bench -p machine --bench state`.

use std::alloc::System;

use machine::{
    kernel::{
        Digest, Int, Parsed, PublicKey, Signature, Tick,
        entry::{Ledger, Outcome},
        table::RowKey as _,
    },
    trust::{
        Body, Event, Intent, Trust, UserId,
        chat::{KeysPublished, Message, thread},
        genesis::Genesis,
        login::{Login, LoginBody},
        profile::ProfileUpdated,
        referral::ReferralUse,
        ruleset::Ruleset,
        types::{Account, Blob, Code, Counter, Origin, Scope},
    },
};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const ORIGIN: &str = "bench.example";
const START: Tick = 1_767_225_600_000;
const USERS: u64 = 2_000;
const MESSAGES: u64 = 100_000;
const LOGINS: u64 = 80;
const TTL: u64 = 2_592_000_000;

fn main() {
    let heap = Region::new(HEAP);
    let held = || heap.change().bytes_allocated as f64 - heap.change().bytes_deallocated as f64;
    let mut world = World::new();
    let empty = held();
    (0..USERS).for_each(|user| world.arrive(user));
    world.wait();
    let people = held();
    line(
        "an active user: wallet, session, device, chat keys, profile, referral, counts",
        (people - empty) / USERS as f64,
        2_500.0,
    );

    (0..MESSAGES).for_each(|n| world.message(n % USERS, (n * 7 + 1) % USERS));
    line("a message", (held() - people) / MESSAGES as f64, 0.0);

    let few = USERS / 20;
    let before = held();
    (0..31).for_each(|_| (0..few).for_each(|user| world.login(user, user)));
    world.wait();
    let full = held();
    line("a session that is listed, active or ended", (full - before) / (31 * few) as f64, f64::NAN);
    (0..LOGINS).for_each(|_| (0..few).for_each(|user| world.login(user, user)));
    world.wait();
    line("a login after that", (held() - full) / (LOGINS * few) as f64, 0.0);

    let before = held();
    (0..63).for_each(|n| (0..few).for_each(|user| world.login(user, USERS * (n + 1) + user)));
    world.wait();
    let full = held();
    line("a device key, of at most 64", (full - before) / (63 * few) as f64, f64::NAN);
    (64..128).for_each(|n| (0..few).for_each(|user| world.login(user, USERS * (n + 1) + user)));
    world.wait();
    line("a device key after that", (held() - full) / (64 * few) as f64, 0.0);
}

/// One figure and its goal; what is below a byte is nothing.
fn line(what: &str, bytes: f64, goal: f64) {
    let (bytes, met) = (bytes.round(), if bytes.round() <= goal { "met" } else { "NOT MET" });
    let goal = if goal.is_nan() { String::new() } else { format!(" (goal <= {goal:.0} B: {met})") };
    println!("{bytes:>8.0} B  {what}{goal}");
}

struct World {
    ledger: Ledger<Trust>,
    now: Tick,
    people: Vec<Person>,
}

struct Person {
    account: Account,
    user: UserId,
    device: PublicKey,
    session: Digest,
    counter: u64,
}

/// A key that could sign.
fn public(n: u8) -> PublicKey {
    PublicKey(ed25519_dalek::SigningKey::from_bytes(&[n; 32]).verifying_key().to_bytes())
}

/// A device's or a wallet's key, of which nobody asks whether it could sign.
fn key(n: u64) -> PublicKey {
    PublicKey(Digest::untagged(&[&n.to_be_bytes()]).0)
}

impl World {
    fn new() -> Self {
        let mut world = Self { ledger: Ledger::default(), now: START, people: Vec::with_capacity(USERS as usize) };
        let mut ruleset = Ruleset::first();
        ruleset.guards.iter_mut().for_each(|guard| guard.max = Int::saturating(1_000_000_000));
        world.enter(&Event::Genesis(Genesis {
            log_key: public(3),
            operator_key: public(4),
            origin: Origin::parse(ORIGIN).expect("an origin"),
            ruleset,
            state_every: Int::saturating(1_024),
        }));
        world
    }

    /// Signatures are zeros: the state holds none but those of chat keys.
    fn enter(&mut self, event: &Event) {
        self.now += 100;
        match self.ledger.apply(Parsed::new::<Trust>(event, ORIGIN).expect("it can be read"), self.now, None) {
            Outcome::Accepted(_) => {}
            Outcome::Refused(refusal) => panic!("{event:?} is refused: {refusal}"),
        }
    }

    /// Until no login could be replayed any more, and as many entries as it takes to forget them.
    fn wait(&mut self) {
        self.now += 700_000;
        (0..5_000).for_each(|n| self.message(n % USERS, (n + 1) % USERS));
    }

    fn arrive(&mut self, n: u64) {
        let account = Account::Ed25519(key(n));
        let user = UserId::of(&account);
        self.people.push(Person { account, user, device: key(n), session: Digest::ZERO, counter: 0 });
        self.login(n, n);
        let (identity_key, prekey, prekey_sig) = (key(n), key(n), Signature([0; 64]));
        self.act(n, KeysPublished { identity_key, prekey, prekey_sig });
        self.act(n, ProfileUpdated { blob: Blob::new(Digest(key(n).0), 700).expect("a blob") });
        if n > 0 {
            let code = Code::of(&self.people[(n as usize - 1) / 16].user);
            self.act(n, ReferralUse { code });
        }
    }

    fn login(&mut self, n: u64, device: u64) {
        let person = &self.people[n as usize];
        let body = LoginBody {
            address: person.account.to_string(),
            anchor: self.ledger.state.challenge(&self.ledger.head.hash).expect("an anchor"),
            chain_id: Int::ZERO,
            device_key: key(device),
            device_sig: Signature([0; 64]),
            expires_at: Int::saturating(self.now + 600_000),
            issued_at: Int::saturating(self.now),
            scheme: "ed25519".to_string(),
            scope: Scope::ALL,
            ttl: Int::saturating(TTL),
        };
        let login = Login::read(body, &Signature([0; 64]).to_string()).expect("parts that fit");
        let session = login.id(ORIGIN);
        self.enter(&Event::Login(login));
        let person = &mut self.people[n as usize];
        (person.session, person.device, person.counter) = (session, key(device), 0);
    }

    fn message(&mut self, from: u64, to: u64) {
        if from == to {
            return;
        }
        let (us, them) = (self.people[from as usize].user, self.people[to as usize].user);
        let blob = Blob::new(Digest::untagged(&[&self.now.to_be_bytes()]), 700).expect("a blob");
        self.act(from, Message { blob, thread: thread(us, them), to: them });
    }

    fn act(&mut self, n: u64, body: impl Into<Body>) {
        let person = &mut self.people[n as usize];
        person.counter += 1;
        let counter = Counter::new(person.counter).expect("at least 1");
        let (body, key, session) = (body.into(), person.device, person.session);
        self.enter(&Event::Intent(Intent { body, counter, key, session, sig: Signature([0; 64]) }));
    }
}
