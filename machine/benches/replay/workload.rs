//! A generated ledger: users log in, publish keys, use each other's codes, and write to each other, ten entries a second.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    path::Path,
};

use ed25519_dalek::{Signer as _, SigningKey};
use machine::{
    kernel::{
        Digest, Int, Parsed, PublicKey, Signature,
        entry::{Ledger, Outcome},
        table::RowKey as _,
        tags,
    },
    trust::{
        Body, Event, Intent, Trust, UserId,
        chat::{KeysPublished, Message, thread},
        genesis::Genesis,
        login::{Login, LoginBody, WalletSig},
        referral::ReferralUse,
        ruleset::Ruleset,
        types::{Account, Blob, Code, Counter, Origin, Scope},
    },
};

/// The ledger's name.
pub(crate) const ORIGIN: &str = "bench.example";
const START: u64 = 1_767_225_600_000;
const MS_AN_ENTRY: u64 = 100;

/// Writes a ledger of so many entries by so many users; with real signatures, or with zeros where they would stand.
pub(crate) fn write(file: &Path, entries: u64, users: u64, signed: bool) {
    let out = BufWriter::new(File::create(file).expect("a file of our own"));
    let mut world = World { out, ledger: Ledger::default(), signed, people: Vec::new() };
    world.enter(&Event::Genesis(Genesis {
        log_key: PublicKey(log_key().verifying_key().to_bytes()),
        operator_key: PublicKey(SigningKey::from_bytes(&[2; 32]).verifying_key().to_bytes()),
        origin: Origin::parse(ORIGIN).expect("an origin"),
        ruleset: Ruleset::first(),
        state_every: Int::saturating(1_024),
    }));
    (0..users as usize).for_each(|index| world.arrive(index));
    for talk in 0.. {
        if world.ledger.head.size >= entries {
            break;
        }
        world.talk(talk);
    }
    world.out.flush().expect("disk space");
}

/// Signs the ledger's checkpoints.
pub(crate) fn log_key() -> SigningKey {
    SigningKey::from_bytes(&[9; 32])
}

struct World {
    out: BufWriter<File>,
    ledger: Ledger<Trust>,
    signed: bool,
    people: Vec<Person>,
}

struct Person {
    key: SigningKey,
    public: PublicKey,
    user: UserId,
    session: Digest,
    counter: u64,
}

impl World {
    fn enter(&mut self, event: &Event) {
        let now = START + self.ledger.head.size * MS_AN_ENTRY;
        match self.ledger.apply(Parsed::new::<Trust>(event, ORIGIN).expect("it can be read"), now, None) {
            Outcome::Accepted(entry) => {
                self.out.write_all(&entry.line).expect("disk space");
                self.out.write_all(b"\n").expect("disk space");
            }
            Outcome::Refused(refusal) => panic!("{event:?} is refused: {refusal}"),
        }
    }

    fn sign(&self, key: &SigningKey, message: &[u8]) -> Signature {
        Signature(if self.signed { key.sign(message).to_bytes() } else { [0; 64] })
    }

    /// A new user logs in, publishes keys, and was invited by an earlier one, sixteen to each.
    fn arrive(&mut self, index: usize) {
        let mut secret = [7; 32];
        secret[..8].copy_from_slice(&(index as u64).to_be_bytes());
        let key = SigningKey::from_bytes(&secret);
        let public = PublicKey(key.verifying_key().to_bytes());
        let account = Account::Ed25519(public);
        let login = self.login(&key, public, account);
        let session = login.id(ORIGIN);
        self.enter(&Event::Login(login));
        self.people.push(Person { key, public, user: UserId::of(&account), session, counter: 0 });
        let signed = [tags::PREKEY.0, &public.to_string(), "\n", &public.to_string()].concat();
        let prekey_sig = self.sign(&self.people[index].key, signed.as_bytes());
        self.act(index, Body::KeysPublished(KeysPublished { identity_key: public, prekey: public, prekey_sig }));
        if index > 0 {
            let code = Code::of(&self.people[(index - 1) / 16].user);
            self.act(index, Body::ReferralUse(ReferralUse { code }));
        }
    }

    fn login(&self, key: &SigningKey, public: PublicKey, account: Account) -> Login {
        let now = START + self.ledger.head.size * MS_AN_ENTRY;
        let mut body = LoginBody {
            address: account.to_string(),
            anchor: self.ledger.state.challenge(&self.ledger.head.hash).expect("an anchor"),
            chain_id: Int::ZERO,
            device_key: public,
            device_sig: Signature([0; 64]),
            expires_at: Int::saturating(now + 600_000),
            issued_at: Int::saturating(now),
            scheme: "ed25519".to_string(),
            scope: Scope::ALL,
            ttl: Int::saturating(2_592_000_000),
        };
        let text = body.text(ORIGIN, &account);
        body.device_sig = self.sign(key, [tags::DEVICE.0, &text].concat().as_bytes());
        let sig = WalletSig::Ed25519(self.sign(key, [tags::LOGIN.0, &text].concat().as_bytes()));
        Login::read(body, &sig.to_string()).expect("parts that fit")
    }

    /// First each user and their inviter write to each other; then anybody to anybody.
    fn talk(&mut self, turn: u64) {
        let users = self.people.len();
        let (pair, back) = ((turn / 2) as usize, turn % 2 == 1);
        let (one, other) = if pair + 1 < users {
            (pair + 1, pair / 16)
        } else {
            (pair * 7 % users, (pair * 13 + 1 + pair / users) % users)
        };
        let (from, to) = if back { (other, one) } else { (one, other) };
        if from == to {
            return;
        }
        let (us, them) = (self.people[from].user, self.people[to].user);
        let blob = Blob::new(Digest::untagged(&[&turn.to_be_bytes()]), 700).expect("a blob");
        self.act(from, Body::Message(Message { blob, thread: thread(us, them), to: them }));
    }

    fn act(&mut self, index: usize, body: Body) {
        let person = &mut self.people[index];
        person.counter += 1;
        let (counter, key, session) = (Counter::new(person.counter).expect("a counter"), person.public, person.session);
        let mut intent = Intent { body, counter, key, session, sig: Signature([0; 64]) };
        intent.sig = self.sign(&self.people[index].key, &intent.signed_bytes(ORIGIN));
        self.enter(&Event::Intent(intent));
    }
}
