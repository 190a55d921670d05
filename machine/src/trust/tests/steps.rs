//! What an event costs, in rows looked up, visited and written: bounded, whatever somebody put into the state before. Each module of
//! `trust` that loops says how often at most; here the sums are held to it, in a state where every loop is as long as it can be.

use super::*;
use crate::{
    kernel::table::tests::steps,
    trust::{
        aegis::AegisStaged,
        chat::{self, KeysPublished, Message},
        device::DEVICES_MAX,
        kinds::precedence,
        operator::{OperatorRotated, proof_message},
        profile::{ProfileErased, ProfileUpdated},
        referral::{REFERRERS_MAX, Referral, ReferralUse},
        session::{SessionRevoked, SessionRotated},
        types::{Blob, Code, Label, Stage, UserId, Which},
    },
};

/// The steps of each kind of event at most, in any state, and where they come from.
///
/// | what | steps |
/// | --- | --- |
/// | the session, the user, the ruleset, the stage, three guards and their counts, the last entry | 20 |
/// | anchors: each visited once, and all but one removed | 63 + 62 |
/// | ids of logins: four removed | 4 |
/// | 16 sessions: looked at, the keys of those that leave and of those that stay, the dropped rows | 16 x 5 |
/// | a device key: its rows, those of the one that it pushes out, and two circles | 14 |
/// | REFERRAL_USE: 257 referrers; 64 keys looked up three times and written in one circle | 257 + 64 x 5 |
const MOST: [(&str, u64); 11] = [
    ("LOGIN", 240),
    ("SESSION_ROTATED", 240),
    ("SESSION_REVOKED", 180),
    ("PROFILE_UPDATED", 160),
    ("PROFILE_ERASED", 160),
    ("KEYS_PUBLISHED", 160),
    ("REFERRAL_USE", 760),
    ("MESSAGE", 170),
    ("RULESET_ACTIVATED", 150),
    ("AEGIS_STAGED", 150),
    ("OPERATOR_ROTATED", 150),
];

const TTL: u64 = 2_592_000_000;
const DAY: u64 = 86_400_000;

/// A ledger in which every bound is reached: alice (wallet 1) has 64 device keys, 16 sessions of which 15 have expired, and 16 ended
/// ones; 256 referrers stand above bob (wallet 3), whom alice will refer to; thousands of logins are about to expire at once.
#[derive(Clone)]
struct Worst {
    desk: Desk,
    session: Digest,
    device: SigningKey,
    counter: u64,
}

fn nth(n: u64) -> SigningKey {
    SigningKey::from_bytes(&Digest::untagged(&[&n.to_be_bytes()]).0)
}

fn rotated(old: Digest, to: &SigningKey) -> Body {
    let message = [tags::DEVICE.0, ORIGIN, "\n", &old.to_string()].concat();
    SessionRotated { device_key: public(to), device_sig: sign(to, message.as_bytes()) }.into()
}

fn opened(entry: &Entry<Trust>) -> Digest {
    let opened = entry.effects.iter().find_map(|effect| match effect {
        Effect::SessionOpened(opened) => Some(opened.session),
        _ => None,
    });
    opened.expect("a session was opened")
}

impl Worst {
    fn new() -> Self {
        let mut desk = Desk::new();
        let (wallet, mut device) = (key(1), nth(0));
        let mut session = desk.open(&wallet, &device, TTL);
        for n in 1..DEVICES_MAX + 20 {
            desk.now += DAY / 50;
            let entry = desk.act(session, &device, 1, rotated(session, &nth(n))).expect("a rotation");
            (session, device) = (opened(&entry), nth(n));
        }
        let mut worst = Self { desk, session, device, counter: 0 };
        let profile = worst.event("PROFILE_UPDATED");
        worst.desk.enter(&profile).expect("a profile");
        worst.invite();
        worst.fill();
        worst
    }

    /// Bob and everybody above him.
    fn invite(&mut self) {
        self.desk.open(&key(3), &key(4), TTL);
        let above = |n: usize| UserId(Digest::untagged(&[b"above", &n.to_be_bytes()]));
        let referral = |owner| Referral { at: Int::ZERO, closed: false, from_owner: false, from_user: false, owner };
        (0..REFERRERS_MAX - 1).for_each(|n| self.desk.plant(&above(n), &referral(above(n + 1))));
        self.desk.plant(&bob(), &referral(above(0)));
    }

    /// Anchors, sessions that will have expired, logins that will have expired.
    fn fill(&mut self) {
        for n in 0..60 {
            self.desk.now += 10_000;
            self.desk.open(&key(20 + n % 100), &nth(1_000), 60_000);
        }
        for n in 0..15 {
            self.desk.open(&key(1), &nth(2_000 + n), 60_000);
        }
        for n in 0..500 {
            self.desk.open(&nth(10_000 + n), &nth(3_000), 60_000);
        }
        // the first entry of a window, ten minutes later: the next one looks at every anchor and removes nearly all
        self.desk.now += 600_000;
        self.desk.open(&key(5), &key(6), TTL);
    }

    fn body(&self, kind: &str) -> Body {
        let blob = Blob::new(Digest([7; 32]), 1).expect("a blob");
        let (identity_key, prekey) = (PublicKey([7; 32]), PublicKey([8; 32]));
        let signed = format!("{}{identity_key}\n{prekey}", tags::PREKEY.0);
        let prekey_sig = sign(&self.device, signed.as_bytes());
        match kind {
            "SESSION_ROTATED" => rotated(self.session, &nth(9_999)),
            "SESSION_REVOKED" => SessionRevoked { reason: Label::default(), session: self.session }.into(),
            "PROFILE_UPDATED" => ProfileUpdated { blob }.into(),
            "PROFILE_ERASED" => ProfileErased {}.into(),
            "KEYS_PUBLISHED" => KeysPublished { identity_key, prekey, prekey_sig }.into(),
            "REFERRAL_USE" => ReferralUse { code: Code::of(&bob()) }.into(),
            "MESSAGE" => Message { blob, thread: chat::thread(alice(), bob()), to: bob() }.into(),
            other => unreachable!("{other} is no intent of a user"),
        }
    }

    fn event(&mut self, kind: &str) -> Event {
        self.counter += 1;
        match kind {
            "LOGIN" => Event::Login(self.desk.login(&key(1), &nth(9_998), TTL)),
            "RULESET_ACTIVATED" => activation(Ruleset { version: Int::from(2), ..Ruleset::first() }),
            "AEGIS_STAGED" => operator_intent(&key(100), 1, AegisStaged { stage: Stage::Enforce }.into()),
            "OPERATOR_ROTATED" => {
                let proof = sign(&key(103), proof_message(ORIGIN, Which::Log, &public(&key(101))).as_bytes());
                operator_intent(
                    &key(100),
                    1,
                    OperatorRotated { key: public(&key(103)), proof, which: Which::Log }.into(),
                )
            }
            kind => intent(self.session, &self.device, self.counter, self.body(kind)),
        }
    }
}

fn alice() -> UserId {
    UserId::of(&Account::Ed25519(public(&key(1))))
}

fn bob() -> UserId {
    UserId::of(&Account::Ed25519(public(&key(3))))
}

#[test]
fn no_event_costs_more_than_its_bound_whatever_the_state_holds() {
    let whole = Worst::new();
    let row = whole.desk.ledger.state.users().get(&alice()).expect("alice").clone();
    assert_eq!((row.sessions.len(), row.ended.len(), row.devices.get() >= DEVICES_MAX), (16, 16, true));
    assert!(whole.desk.ledger.state.logins().waiting() > 500 && whole.desk.ledger.state.anchors().rows() > 55);
    for (kind, most) in &MOST {
        let mut worst = whole.clone();
        let event = worst.event(kind);
        let mut entered = None;
        let taken = steps::of(|| entered = Some(worst.desk.enter(&event).map(drop)));
        assert!(taken <= *most, "{kind} takes {taken} steps, {most} at most");
        assert!(taken > most * 3 / 4, "{kind} takes only {taken} steps: a bound of {most} says nothing");

        assert_eq!(entered, Some(Ok(())), "{kind}");
    }
    let named: Vec<&str> = MOST.iter().map(|(kind, _)| *kind).collect();
    assert!(precedence().iter().all(|(kind, _)| *kind == "GENESIS" || named.contains(kind)), "every kind has a bound");
}
