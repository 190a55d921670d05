//! What a message is bound to: origin, both ends, thread, header. And what a changed identity key means.

use alloc::{format, vec, vec::Vec};

use super::*;
use crate::secure::envelope::Bound;

fn header() -> Header {
    let (ratchet, session) = (PublicKey([0xb1; 32]), PublicKey([0xb2; 32]));
    let (n, previous, turn) = (Int::from(3), Int::from(4), Int::from(5));
    Header { n, prekey: None, previous, random: Salt([0xb3; 32]), ratchet, session, turn }
}

#[test]
fn the_associated_data_is_what_the_documentation_says() {
    let (initiator, responder) = (alice().party(), bob().party());
    let bound = Bound { origin: ORIGIN, initiator: &initiator, responder: &responder, thread: &thread() };
    let b = |byte: &str| byte.repeat(32);
    let lines = [
        "qfs/msg/v2".into(),
        ORIGIN.into(),
        format!("user_{}", b("01")),
        b("01"),
        format!("{}", initiator.identity_key),
        format!("user_{}", b("02")),
        b("02"),
        format!("{}", responder.identity_key),
        format!("{}", thread()),
        format!(
            r#"{{"n":3,"previous":4,"random":"{}","ratchet":"{}","session":"{}","turn":5}}"#,
            b("b3"),
            b("b1"),
            b("b2")
        ),
    ];
    assert_eq!(String::from_utf8(bound.associated_data(&header())), Ok(lines.join("\n")));
    let id = crate::trust::UserId(initiator.user);
    assert!(lines.contains(&format!("{id}")), "users are named by their ids");
}

#[test]
fn every_part_of_the_associated_data_counts() {
    let (alice, bob, carol) = (alice().party(), bob().party(), device::<X25519>(3, 3).party());
    let of = |origin, initiator: Party, responder: Party, thread| {
        Bound { origin, initiator: &initiator, responder: &responder, thread: &thread }.associated_data(&header())
    };
    let each = |party: Party| {
        let Party { device_key, identity_key, user } = carol;
        [Party { device_key, ..party }, Party { identity_key, ..party }, Party { user, ..party }]
    };
    let mut all = vec![
        of(ORIGIN, alice, bob, thread()),
        of("chat.exampl", alice, bob, thread()),
        of(ORIGIN, bob, alice, thread()),
        of(ORIGIN, alice, bob, Digest([7; 32])),
    ];
    all.extend(each(alice).map(|changed| of(ORIGIN, changed, bob, thread())));
    all.extend(each(bob).map(|changed| of(ORIGIN, alice, changed, thread())));
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
}

#[test]
fn an_envelope_of_another_thread_origin_user_or_device_does_not_open() {
    let (mut alice, mut bob) = (alice(), bob());
    for round in 0..2 {
        let envelope = send(&mut alice, &bob, "hello");
        assert_eq!(envelope.header.prekey.is_some(), round == 0);
        let before = bob.clone();
        assert_eq!(bob.open(&Digest([7; 32]), &alice.party(), &envelope, 0), Err(SecureError::Tag), "the thread");
        let other_user = Party { user: user(9), ..alice.party() };
        assert!(open_all(&mut bob, &other_user, &envelope).is_err(), "the sender");
        let other_device = Party { device_key: PublicKey([9; 32]), ..alice.party() };
        assert_eq!(open_all(&mut bob, &other_device, &envelope), Err(SecureError::NotForUs), "the sender's device");
        let mut renamed = envelope.clone();
        renamed.from = other_device.device_key;
        assert!(open_all(&mut bob, &other_device, &renamed).is_err(), "the sender's device, in the envelope as well");
        assert_eq!(bob, before, "nothing has changed");
        let mut elsewhere = bob.clone();
        elsewhere.store.origin = "other.example".into();
        assert_eq!(open(&mut elsewhere, &alice, &envelope), Err(SecureError::Tag), "the origin");
        let mut not_bob = bob.clone();
        not_bob.store.me.user = user(9);
        assert_eq!(open(&mut not_bob, &alice, &envelope), Err(SecureError::Tag), "the receiver");
        assert_eq!(open(&mut bob, &alice, &envelope), Ok("hello".into()));
        pass(&mut bob, &mut alice, "answered");
    }
}

#[test]
fn an_identity_key_that_somebody_else_published_opens_nothing_under_their_name() {
    let (mut alice, mut bob) = (alice(), bob());
    let envelope = send(&mut alice, &bob, "from Alice");
    let mallory = Party { identity_key: alice.party().identity_key, ..device::<X25519>(3, 3).party() };
    let mut passed_on = envelope.clone();
    passed_on.from = mallory.device_key;
    assert_eq!(open_all(&mut bob, &mallory, &passed_on), Err(SecureError::Tag));
    let towards = Recipient { party: mallory, prekey: alice.prekey() };
    let mut meant_for_mallory = seal(&mut bob, &towards, "for Mallory").0;
    meant_for_mallory.to = alice.party().device_key;
    assert_eq!(open_all(&mut alice, &bob.party(), &meant_for_mallory), Err(SecureError::Tag));
    assert_eq!(open(&mut bob, &alice, &envelope), Ok("from Alice".into()), "as Alice's it opens");
}

/// The same device with an identity key of its own.
fn re_keyed(of: u8, n: u8, secret: u8) -> Chats<X25519> {
    Chats::new(ORIGIN, user(of), PublicKey([n; 32]), Secret::new(&[secret; 32]), Secret::new(&[secret ^ 0x80; 32]))
}

#[test]
fn a_new_identity_begins_anew_and_shows_whoever_writes_first() {
    for bob_writes_first in [false, true] {
        let (mut alice, mut old) = (alice(), bob());
        pass(&mut alice, &mut old, "hello");
        pass(&mut old, &mut alice, "answer");
        let mut new = re_keyed(2, 2, 0x42);
        let changed = ChatEvent::IdentityChanged { was: old.party().identity_key, now: new.party() };
        if bob_writes_first {
            let (envelope, events) = seal(&mut new, &recipient(&alice), "it's me");
            assert_eq!(events, [ChatEvent::Met(alice.party())]);
            assert_eq!(open_all(&mut alice, &new.party(), &envelope), Ok(("it's me".into(), Some(changed))));
        } else {
            let (envelope, events) = seal(&mut alice, &recipient(&new), "who are you?");
            assert_eq!(events, [changed]);
            assert!(open(&mut new, &alice, &envelope).is_ok());
        }
        let (envelope, events) = seal(&mut alice, &recipient(&new), "a secret");
        assert_eq!(events, [], "it shows once");
        assert!(open(&mut old.clone(), &alice, &envelope).is_err(), "a thief with the old state reads on");
        assert!(open(&mut new, &alice, &envelope).is_ok());
        let stale = send(&mut old, &alice, "from the old identity");
        assert_eq!(open(&mut alice, &new, &stale), Err(SecureError::NoSession), "does not open as the new one");
        assert_eq!(alice.store.peers.counts()[..2], [1, 1], "the old sessions are erased");
        pass(&mut new, &mut alice, "goes on");
    }
}

#[test]
fn what_the_old_identity_begins_does_not_open_as_the_new_one() {
    let (mut alice, mut old, new) = (alice(), bob(), re_keyed(2, 2, 0x42));
    let begun = send(&mut old, &alice, "hello");
    assert_eq!(open(&mut alice, &new, &begun), Err(SecureError::Tag));
    assert!(open(&mut alice, &old, &begun).is_ok());
    pass(&mut alice, &mut old, "answered");
    let later = send(&mut old, &alice, "no handshake");
    assert_eq!(open(&mut alice, &new, &later), Err(SecureError::NoSession), "the session is the old identity's");
    let back = re_keyed(2, 2, 2 ^ 0xc0);
    pass(&mut alice, &mut re_keyed(2, 2, 0x42), "to the new one");
    let was = ChatEvent::IdentityChanged { was: new.party().identity_key, now: back.party() };
    assert_eq!(seal(&mut alice, &recipient(&back), "to the old one again").1, [was], "and back is a change as well");
}

#[test]
fn one_device_key_of_two_users_is_two_devices() {
    let (mut alice, mut bob, carol) = (alice(), bob(), device::<X25519>(3, 2));
    pass(&mut alice, &mut bob, "hello");
    let (_, events) = seal(&mut alice, &recipient(&carol), "hello");
    assert_eq!(events, [ChatEvent::Met(carol.party())]);
    assert_eq!(alice.store.peers.counts()[..2], [2, 2]);
    pass(&mut bob, &mut alice, "still there");
}

#[test]
fn every_changed_byte_of_an_envelope_is_noticed_and_changes_nothing() {
    let (mut alice, mut bob) = (alice(), bob());
    for _ in 0..2 {
        let envelope = send(&mut alice, &bob, "hello");
        let before = bob.clone();
        for (what, forged) in forgeries(&envelope) {
            assert!(open(&mut bob, &alice, &forged).is_err(), "{what} changed, and it opens");
            assert_eq!(bob, before, "{what} changed, and the device with it");
        }
        assert_eq!(open(&mut bob, &alice, &envelope), Ok("hello".into()));
        pass(&mut bob, &mut alice, "answered");
    }
}

/// An envelope with one part changed each.
pub(super) fn forgeries(good: &Envelope) -> Vec<(&'static str, Envelope)> {
    let up = |n: Int| Int::saturating(n.get() + 1);
    type Change<'a> = (&'static str, &'a dyn Fn(&mut Envelope));
    let changes: [Change<'_>; 12] = [
        ("n", &|envelope| envelope.header.n = up(envelope.header.n)),
        ("previous", &|envelope| envelope.header.previous = up(envelope.header.previous)),
        ("turn", &|envelope| envelope.header.turn = up(envelope.header.turn)),
        ("random", &|envelope| envelope.header.random.0[31] ^= 1),
        ("ratchet", &|envelope| envelope.header.ratchet.0[3] ^= 1),
        ("session", &|envelope| envelope.header.session.0[3] ^= 1),
        ("prekey", &|envelope| {
            let is = envelope.header.prekey;
            envelope.header.prekey = is.is_none().then_some(envelope.header.ratchet);
        }),
        ("tag", &|envelope| envelope.tag.0[31] ^= 1),
        ("from", &|envelope| envelope.from.0[0] ^= 1),
        ("to", &|envelope| envelope.to.0[0] ^= 1),
        ("ciphertext", &|envelope| {
            let other = if envelope.ciphertext.starts_with('A') { "B" } else { "A" };
            envelope.ciphertext.replace_range(0..1, other);
        }),
        ("ciphertext's length", &|envelope| envelope.ciphertext.truncate(64)),
    ];
    let each = changes.iter().map(|(what, change)| {
        let mut envelope = good.clone();
        change(&mut envelope);
        assert_ne!(envelope, *good);
        (*what, envelope)
    });
    each.collect()
}
