//! Two devices and a bad network: every message opens once with its own plaintext, or is reported; nothing forged changes anything.

mod vectors;

use alloc::{collections::BTreeMap, format, string::String, vec::Vec};

use proptest::prelude::*;

use super::*;
use crate::kernel::{
    PublicKey,
    canonical::{from_bytes, to_bytes},
};

fn device(n: u8) -> Chats<X25519> {
    Chats::new(PublicKey([n; 32]), Secret([n; 32]), Secret([n + 100; 32]))
}

fn recipient(n: u8, chats: &Chats<X25519>) -> Recipient {
    Recipient { device_key: PublicKey([n; 32]), identity_key: chats.identity_key(), prekey: chats.prekey() }
}

fn random(n: u64) -> [u8; 32] {
    let mut bytes = [7; 32];
    bytes[..8].copy_from_slice(&n.to_be_bytes());
    bytes
}

/// Seals for one device and gives its envelope.
fn send(from: &mut Chats<X25519>, to: &Recipient, text: &str, n: u64) -> Envelope {
    let copies = from.seal(&[*to], text.as_bytes(), &random(n)).expect("sealed");
    Copies::read(&copies.to_bytes()).expect("canonical").for_device(&to.device_key).expect("a copy").clone()
}

fn open(at: &mut Chats<X25519>, envelope: &Envelope, identity: &PublicKey) -> Result<String, SecureError> {
    at.open(envelope, identity).map(|bytes| String::from_utf8(bytes).expect("text"))
}

#[test]
fn a_conversation_goes_back_and_forth() {
    let (mut alice, mut bob) = (device(1), device(2));
    let (to_alice, to_bob) = (recipient(1, &alice), recipient(2, &bob));
    for round in 0..5 {
        let hello = send(&mut alice, &to_bob, "hello", round * 2);
        assert_eq!(hello.header.handshake.is_some(), round == 0, "until an answer came");
        assert_eq!(open(&mut bob, &hello, &to_alice.identity_key), Ok("hello".into()));
        let answer = send(&mut bob, &to_alice, "answer", round * 2 + 1);
        assert_eq!(open(&mut alice, &answer, &to_bob.identity_key), Ok("answer".into()));
        assert_eq!(open(&mut alice, &answer, &to_bob.identity_key), Err(SecureError::Used), "once");
    }
}

#[test]
fn two_who_begin_at_once_understand_each_other() {
    let (mut alice, mut bob) = (device(1), device(2));
    let (to_alice, to_bob) = (recipient(1, &alice), recipient(2, &bob));
    let (first, second) = (send(&mut alice, &to_bob, "a1", 1), send(&mut bob, &to_alice, "b1", 2));
    assert_eq!(open(&mut bob, &first, &to_alice.identity_key), Ok("a1".into()));
    assert_eq!(open(&mut alice, &second, &to_bob.identity_key), Ok("b1".into()));
    for n in 0..4 {
        let (first, second) = (send(&mut alice, &to_bob, "a", 10 + n), send(&mut bob, &to_alice, "b", 20 + n));
        assert_eq!(open(&mut alice, &second, &to_bob.identity_key), Ok("b".into()));
        assert_eq!(open(&mut bob, &first, &to_alice.identity_key), Ok("a".into()));
    }
}

#[test]
fn the_handshake_cannot_be_replayed_and_ends_with_its_prekey() {
    let (mut alice, mut bob) = (device(1), device(2));
    let (to_alice, to_bob) = (recipient(1, &alice), recipient(2, &bob));
    let first = send(&mut alice, &to_bob, "hello", 1);
    assert_eq!(open(&mut bob, &first, &to_alice.identity_key), Ok("hello".into()));
    let stored = to_bytes(&bob);
    bob.sessions_forgotten();
    assert_eq!(open(&mut bob, &first, &to_alice.identity_key), Err(SecureError::Used), "remembered with the prekey");
    bob = from_bytes(&stored).expect("a device can be stored");
    bob.rotate_prekey(Secret([200; 32]), 1_000);
    let late = send(&mut alice, &to_bob, "late", 2);
    assert_eq!(open(&mut bob, &late, &to_alice.identity_key), Ok("late".into()));
    let mut carol = device(3);
    let early = send(&mut carol, &to_bob, "by the old prekey", 3);
    bob.rotate_prekey(Secret([201; 32]), 1_000 + PREKEY_KEPT_MS - 1);
    let mut in_time = bob.clone();
    assert!(open(&mut in_time, &early, &carol.identity_key()).is_ok());
    bob.rotate_prekey(Secret([202; 32]), 1_000 + PREKEY_KEPT_MS);
    assert_eq!(open(&mut bob, &early, &carol.identity_key()), Err(SecureError::UnknownPrekey));
}

#[test]
fn a_thousand_keys_are_kept_and_the_oldest_is_dropped() {
    let (mut alice, mut bob) = (device(1), device(2));
    let (to_alice, to_bob) = (recipient(1, &alice), recipient(2, &bob));
    let sent: Vec<_> = (0..=1_001).map(|n| send(&mut alice, &to_bob, &format!("{n}"), n)).collect();
    assert_eq!(open(&mut bob, &sent[1_001], &to_alice.identity_key), Ok("1001".into()));
    assert_eq!(open(&mut bob, &sent[0], &to_alice.identity_key), Err(SecureError::Used), "the oldest of 1,001");
    assert_eq!(open(&mut bob, &sent[1], &to_alice.identity_key), Ok("1".into()));
    let mut far = sent[1_001].clone();
    far.header.n = crate::kernel::Int::saturating(1_002 + AHEAD_MAX + 1);
    assert_eq!(open(&mut bob, &far, &to_alice.identity_key), Err(SecureError::TooFarAhead));
}

#[test]
fn sizes_and_forms_are_bounded() {
    let mut alice = device(1);
    let bob = recipient(2, &device(2));
    assert_eq!(alice.seal(&[bob], &[0; PLAINTEXT_BYTES_MAX + 1], &random(1)), Err(SecureError::TooLong));
    assert_eq!(alice.seal(&[bob; 17], b"x", &random(1)), Err(SecureError::TooManyCopies));
    let low = Recipient { prekey: PublicKey([0; 32]), ..bob };
    let before = alice.clone();
    assert_eq!(alice.seal(&[bob, low], b"x", &random(1)).map(|_| ()), Ok(()), "the session with the good key is used");
    alice = before.clone();
    assert_eq!(alice.seal(&[low], b"x", &random(1)), Err(SecureError::LowOrder));
    assert_eq!(alice, before, "nothing has changed");
    for (len, sealed) in [(0, 176), (159, 176), (160, 336)] {
        let copies = alice.clone().seal(&[bob], &alloc::vec![0; len], &random(1)).expect("sealed");
        let bytes = copies.copies[0].ciphertext.trim_end_matches('=').len() * 3 / 4;
        assert_eq!(bytes, sealed, "{len} bytes");
    }
    assert_eq!(Copies::read(b"{\"copies\":[],\"v\":3}"), Err(SecureError::Form));
}

#[test]
fn no_secret_is_shown() {
    let shown = format!("{:?}", device(1));
    assert!(shown.contains("Secret(..)") && !shown.contains("6565"), "{shown}");
}

#[test]
fn a_safety_number_is_the_same_for_both_and_changes_with_any_key() {
    let (a, b, c) = ([PublicKey([1; 32])], [PublicKey([2; 32]), PublicKey([3; 32])], [PublicKey([2; 32])]);
    let number = safety_number(&a, &b);
    assert_eq!(number, safety_number(&b, &a));
    assert_eq!(number.len(), 60);
    assert!(number.bytes().all(|digit| digit.is_ascii_digit()));
    assert_ne!(number, safety_number(&a, &c));
}

#[test]
fn history_opens_with_its_passphrase_alone() {
    let exported = export(b"all my chats", "correct horse", &[9; 16]).expect("exported");
    assert_eq!(import(&exported, "correct horse"), Ok(b"all my chats".to_vec()));
    assert_eq!(import(&exported, "wrong horse"), Err(SecureError::Passphrase));
    assert_eq!(import(b"{}", "correct horse"), Err(SecureError::Passphrase));
}

#[test]
fn the_low_order_keys_are_those_that_the_ledger_refuses() {
    for byte in 0..=255 {
        let key = PublicKey([byte; 32]);
        assert_eq!(X25519::agree(&Secret([5; 32]), &key).is_none(), crate::trust::curves::has_low_order(&key), "{key}");
    }
    for known in crate::trust::curves::X25519_LOW_ORDER {
        let key = PublicKey::from_hex(known).expect("a key");
        assert!(X25519::agree(&Secret([5; 32]), &key).is_none(), "{key}");
    }
}

#[derive(Clone, Debug)]
enum Act {
    Send(bool),
    Deliver(usize),
    Duplicate(usize),
    Drop(usize),
    Forge(usize, u8),
    Store,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => any::<bool>().prop_map(Act::Send),
        4 => any::<usize>().prop_map(Act::Deliver),
        1 => any::<usize>().prop_map(Act::Duplicate),
        1 => any::<usize>().prop_map(Act::Drop),
        1 => (any::<usize>(), any::<u8>()).prop_map(|(at, how)| Act::Forge(at, how)),
        1 => Just(Act::Store),
    ];
    proptest::collection::vec(act, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_message_opens_exactly_once_whatever_the_network_does(acts in acts()) {
        let mut devices = [device(1), device(2)];
        let recipients = [recipient(1, &devices[0]), recipient(2, &devices[1])];
        let (mut network, mut opened) = (Vec::new(), BTreeMap::new());
        for (n, act) in acts.into_iter().enumerate() {
            let pick = |at: usize, network: &Vec<_>| (!network.is_empty()).then(|| at % network.len());
            match act {
                Act::Send(by_bob) => {
                    let from = usize::from(by_bob);
                    let text = format!("message {n}");
                    let envelope = send(&mut devices[from], &recipients[1 - from], &text, n as u64);
                    network.push((1 - from, envelope, text));
                }
                Act::Deliver(at) => if let Some(at) = pick(at, &network) {
                    let (to, envelope, text) = network.remove(at);
                    let result = open(&mut devices[to], &envelope, &recipients[1 - to].identity_key);
                    match opened.insert(text.clone(), ()) {
                        None => prop_assert_eq!(result, Ok(text)),
                        Some(()) => prop_assert!(result.is_err(), "{} opened twice", text),
                    }
                },
                Act::Duplicate(at) => if let Some(at) = pick(at, &network) { let copy = network[at].clone(); network.push(copy); },
                Act::Drop(at) => if let Some(at) = pick(at, &network) { network.remove(at); },
                Act::Forge(at, how) => if let Some(at) = pick(at, &network) {
                    let (to, mut envelope, _) = network[at].clone();
                    forge(&mut envelope, how);
                    let before = devices[to].clone();
                    prop_assert!(open(&mut devices[to], &envelope, &recipients[1 - to].identity_key).is_err());
                    prop_assert_eq!(&devices[to], &before, "a forged message changed the device");
                },
                Act::Store => for device in &mut devices {
                    *device = from_bytes(&to_bytes(device)).expect("a device can be stored");
                },
            }
        }
    }
}

fn forge(envelope: &mut Envelope, how: u8) {
    let header = &mut envelope.header;
    match how % 5 {
        0 => header.n = crate::kernel::Int::saturating(header.n.get() + 1),
        1 => header.previous = crate::kernel::Int::saturating(header.previous.get() + 1),
        2 => header.ratchet.0[3] ^= 1,
        3 => {
            header.handshake =
                header.handshake.is_none().then_some(Handshake { ephemeral: header.ratchet, prekey: header.ratchet })
        }
        _ => {
            let at = usize::from(how) % 100;
            let replaced = if &envelope.ciphertext[at..=at] == "A" { "B" } else { "A" };
            envelope.ciphertext.replace_range(at..=at, replaced);
        }
    }
}
