//! Two users, their devices and a bad network: every message opens once with its own plaintext, or is reported; nothing
//! forged changes anything, and no bound is passed.

extern crate std;

mod binding;
mod bounds;
mod forks;
mod network;
mod state;
mod vectors;

use alloc::{collections::BTreeSet, format, string::String, vec::Vec};
use core::cell::Cell;

use super::{keys::counted::DERIVED, *};
use crate::kernel::{Digest, Int, PublicKey, tags};

const ORIGIN: &str = "chat.example";
const DAY: u64 = 86_400_000;

std::thread_local! {
    static AGREED: Cell<u64> = const { Cell::new(0) };
}

/// An agreement that costs a hash, and counts: for chats of thousands of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cheap;

impl Agreement for Cheap {
    fn public(secret: &Secret) -> PublicKey {
        PublicKey(Digest::untagged(&[b"public", secret.bytes()]).0)
    }

    fn agree(secret: &Secret, public: &PublicKey) -> Option<Secret> {
        AGREED.set(AGREED.get() + 1);
        let ours = Self::public(secret);
        let (smaller, larger) = (ours.min(*public), ours.max(*public));
        Some(Secret::new(&Digest::untagged(&[b"agreed", &smaller.0, &larger.0]).0))
    }
}

/// Agreements and derivations so far.
fn work() -> (u64, u64) {
    (AGREED.get(), DERIVED.get())
}

fn user(n: u8) -> Digest {
    Digest([n; 32])
}

/// Device `n` of a user; the same secrets for the same numbers.
fn device<A: Agreement>(of: u8, n: u8) -> Chats<A> {
    Chats::new(ORIGIN, user(of), PublicKey([n; 32]), Secret::new(&[n ^ 0xc0; 32]), Secret::new(&[n ^ 0x80; 32]))
}

fn alice() -> Chats<X25519> {
    device(1, 1)
}

fn bob() -> Chats<X25519> {
    device(2, 2)
}

fn recipient<A: Agreement>(chats: &Chats<A>) -> Recipient {
    Recipient { party: chats.party(), prekey: chats.prekey() }
}

fn thread() -> Digest {
    Digest::of(tags::THREAD, &[b"of the two"])
}

/// Randomness that no test uses twice, as its number differs.
fn random(n: u64) -> [u8; 32] {
    Digest::untagged(&[&n.to_be_bytes()]).0
}

/// Fresh randomness, in a test that doesn't care which.
fn fresh() -> [u8; 32] {
    std::thread_local! {
        static DRAWN: Cell<u64> = const { Cell::new(1 << 32) };
    }
    DRAWN.set(DRAWN.get() + 1);
    random(DRAWN.get())
}

fn seal<A: Agreement>(from: &mut Chats<A>, to: &Recipient, text: &str) -> (Envelope, Vec<ChatEvent>) {
    let sealed = from.seal(&thread(), &[*to], text.as_bytes(), &fresh(), 0).expect("sealed");
    assert_eq!(sealed.left_out, [], "the one device has a copy");
    let copies = Copies::read(&sealed.copies.to_bytes()).expect("canonical");
    (copies.for_device(&to.party.device_key).expect("a copy").clone(), sealed.events)
}

/// Seals for one device and gives its envelope.
fn send<A: Agreement>(from: &mut Chats<A>, to: &Chats<A>, text: &str) -> Envelope {
    seal(from, &recipient(to), text).0
}

fn open_all<A: Agreement>(
    at: &mut Chats<A>,
    from: &Party,
    envelope: &Envelope,
) -> Result<(String, Option<ChatEvent>), SecureError> {
    let opened = at.open(&thread(), from, envelope, 0)?;
    Ok((String::from_utf8(opened.plaintext.to_vec()).expect("text"), opened.event))
}

fn open<A: Agreement>(at: &mut Chats<A>, from: &Chats<A>, envelope: &Envelope) -> Result<String, SecureError> {
    open_all(at, &from.party(), envelope).map(|(text, _)| text)
}

/// Sends one message that arrives.
fn pass<A: Agreement>(from: &mut Chats<A>, to: &mut Chats<A>, text: &str) -> Envelope {
    let envelope = send(from, to, text);
    assert_eq!(open(to, from, &envelope), Ok(text.into()));
    envelope
}

#[test]
fn a_conversation_of_a_hundred_turns_goes_back_and_forth() {
    let (mut alice, mut bob) = (alice(), bob());
    for round in 0..100 {
        let hello = pass(&mut alice, &mut bob, &format!("hello {round}"));
        assert_eq!(hello.header.prekey.is_some(), round == 0, "until an answer came");
        assert_eq!(hello.header.turn, Int::from(round), "each answer turns");
        let answer = pass(&mut bob, &mut alice, &format!("answer {round}"));
        assert_eq!(open(&mut alice, &bob, &answer), Err(SecureError::Used), "once");
    }
    for chats in [&alice, &bob] {
        let [peers, sessions, chains, skipped, marks] = chats.store.peers.counts();
        assert_eq!((peers, sessions, skipped, marks), (1, 1, 0, 1), "one message of the newest chain");
        assert_eq!(chains, CHAINS_MAX, "old chains go");
    }
}

#[test]
fn who_meets_is_told_once_on_each_side() {
    let (mut alice, mut bob) = (alice(), bob());
    let (first, events) = seal(&mut alice, &recipient(&bob), "hello");
    assert_eq!(events, [ChatEvent::Met(bob.party())]);
    assert_eq!(open_all(&mut bob, &alice.party(), &first), Ok(("hello".into(), Some(ChatEvent::Met(alice.party())))));
    for _ in 0..3 {
        let (envelope, events) = seal(&mut bob, &recipient(&alice), "again");
        assert_eq!(events, []);
        assert_eq!(open_all(&mut alice, &bob.party(), &envelope), Ok(("again".into(), None)));
    }
}

#[test]
fn two_who_begin_at_once_understand_each_other_and_come_to_one_session() {
    let (mut alice, mut bob) = (alice(), bob());
    let (first, second) = (send(&mut alice, &bob, "a1"), send(&mut bob, &alice, "b1"));
    assert_ne!(first.header.session, second.header.session);
    assert_eq!(open_all(&mut bob, &alice.party(), &first), Ok(("a1".into(), None)), "they met when Bob wrote");
    assert_eq!(open(&mut alice, &bob, &second), Ok("b1".into()));
    for _ in 0..30 {
        let (first, second) = (send(&mut alice, &bob, "a"), send(&mut bob, &alice, "b"));
        assert_eq!(open(&mut alice, &bob, &second), Ok("b".into()));
        assert_eq!(open(&mut bob, &alice, &first), Ok("a".into()));
    }
    let last = pass(&mut alice, &mut bob, "one after the other");
    assert_eq!(pass(&mut bob, &mut alice, "and back").header.session, last.header.session);
    assert_eq!([alice.store.peers.counts()[1], bob.store.peers.counts()[1]], [2, 2], "no third session began");
}

#[test]
fn the_handshake_cannot_be_replayed() {
    let (mut alice, mut bob) = (alice(), bob());
    let first = pass(&mut alice, &mut bob, "hello");
    bob.store.peers = super::peers::Peers::default();
    assert_eq!(open(&mut bob, &alice, &first), Err(SecureError::Used), "remembered with the prekey");
}

#[test]
fn a_prekey_is_erased_30_days_after_its_successor_by_whatever_happens_then() {
    let acts: [fn(&mut Chats<X25519>, u64); 3] = [
        |bob, now| drop(bob.seal(&thread(), &[], b"", &fresh(), now)),
        |bob, now| drop(bob.open(&thread(), &bob.party(), &send(&mut alice(), &device(3, 3), "not for Bob"), now)),
        |bob, now| bob.rotate_prekey(Secret::new(&[0x55; 32]), now),
    ];
    for act in acts {
        let (mut alice, mut bob) = (alice(), bob());
        let (first, late) = (send(&mut alice, &bob, "by the old prekey"), 1_000 + PREKEY_KEPT_MS);
        let old = crate::kernel::digest::hex(&[2 ^ 0x80; 32]);
        bob.rotate_prekey(Secret::new(&[0x33; 32]), 1_000);
        let holds = |bob: &Chats<X25519>| String::from_utf8_lossy(&bob.to_bytes()).contains(&old);
        act(&mut bob, late - 1);
        assert!(holds(&bob), "one millisecond before");
        assert!(open(&mut bob.clone(), &alice, &first).is_ok());
        act(&mut bob, late);
        assert!(!holds(&bob), "30 days after");
        assert_eq!(open(&mut bob, &alice, &first), Err(SecureError::UnknownPrekey));
    }
}

#[test]
fn a_session_that_is_never_answered_keeps_no_copy_of_the_prekey() {
    let (mut alice, mut bob) = (alice(), bob());
    let old = crate::kernel::digest::hex(&[2 ^ 0x80; 32]);
    pass(&mut alice, &mut bob, "hello");
    bob.rotate_prekey(Secret::new(&[0x33; 32]), 0);
    bob.rotate_prekey(Secret::new(&[0x34; 32]), PREKEY_KEPT_MS);
    assert!(!String::from_utf8_lossy(&bob.to_bytes()).contains(&old));
    pass(&mut alice, &mut bob, "the session goes on");
    pass(&mut bob, &mut alice, "in both directions");
}

#[test]
fn a_message_to_a_rotated_prekey_opens_and_unanswered_ones_change_to_the_new_prekey() {
    let (mut alice, mut bob) = (alice(), bob());
    let first = pass(&mut alice, &mut bob, "hello");
    bob.rotate_prekey(Secret::new(&[0x33; 32]), 0);
    let (second, events) = seal(&mut alice, &recipient(&bob), "again");
    assert_eq!(events, [ChatEvent::BeganAnew { with: bob.party(), why: Renewal::Prekey }]);
    assert_ne!(second.header.session, first.header.session);
    let theirs = Some(ChatEvent::TheyBeganAnew(alice.party()));
    assert_eq!(open_all(&mut bob, &alice.party(), &second), Ok(("again".into(), theirs)));
    pass(&mut bob, &mut alice, "answered");
    bob.rotate_prekey(Secret::new(&[0x34; 32]), 0);
    assert_eq!(seal(&mut alice, &recipient(&bob), "no reason to begin anew").1, []);
}

#[test]
fn no_secret_is_shown() {
    let (mut alice, mut bob) = (alice(), bob());
    pass(&mut alice, &mut bob, "hello");
    let shown = format!("{alice:?}");
    assert!(shown.contains("Secret(..)"), "{shown}");
    let stored = String::from_utf8(alice.to_bytes().to_vec()).expect("text");
    let stored: serde_json::Value = serde_json::from_str(&stored).expect("JSON");
    let session = &stored["peers"][0]["sessions"][0];
    for secret in [&stored["identity"], &stored["prekeys"][0]["secret"], &session["root"], &session["sending"]["key"]] {
        assert!(!shown.contains(secret.as_str().expect("hex")), "{shown}");
    }
}

#[test]
fn a_safety_number_is_the_same_for_both_and_changes_with_any_key() {
    let (a, b, c) = ([PublicKey([1; 32])], [PublicKey([2; 32]), PublicKey([3; 32])], [PublicKey([2; 32])]);
    let number = safety_number(&a, &b);
    assert_eq!(number, safety_number(&b, &a));
    assert_eq!(number, safety_number(&a, &[b[1], b[0], b[1]]), "whatever the order, and how often");
    assert_eq!(number.len(), 60);
    assert!(number.bytes().all(|digit| digit.is_ascii_digit()));
    assert_ne!(number, safety_number(&a, &c));
}

#[test]
fn history_opens_with_its_passphrase_alone() {
    let exported = export(b"all my chats", "correct horse", &[9; 16]).expect("exported");
    assert_eq!(import(&exported, "correct horse").as_deref(), Ok(&b"all my chats".to_vec()));
    assert_eq!(import(&exported, "wrong horse"), Err(SecureError::Passphrase));
    assert_eq!(import(b"{}", "correct horse"), Err(SecureError::Passphrase));
    for (from, to) in [("\"passes\":2", "\"passes\":3"), ("\"v\":2", "\"v\":1"), ("\"salt\":\"09", "\"salt\":\"08")] {
        let text = String::from_utf8(exported.clone()).expect("text");
        assert_eq!(import(text.replace(from, to).as_bytes(), "correct horse"), Err(SecureError::Passphrase), "{to}");
    }
}

#[test]
fn the_low_order_keys_are_those_that_the_ledger_refuses() {
    for byte in 0..=255 {
        let key = PublicKey([byte; 32]);
        assert_eq!(
            X25519::agree(&Secret::new(&[5; 32]), &key).is_none(),
            crate::trust::curves::has_low_order(&key),
            "{key}"
        );
    }
    for known in crate::trust::curves::X25519_LOW_ORDER {
        let key = PublicKey::from_hex(known).expect("a key");
        assert!(X25519::agree(&Secret::new(&[5; 32]), &key).is_none(), "{key}");
    }
}

#[test]
fn labels_and_tags_are_distinct() {
    let labels: BTreeSet<_> = LABELS.iter().map(|(label, _)| *label).collect();
    assert_eq!(labels.len(), LABELS.len());
    let tags: BTreeSet<_> = tags::ALL.iter().map(|(tag, _)| tag.0.trim_end()).collect();
    assert!(labels.is_disjoint(&tags), "no label is a tag");
}
