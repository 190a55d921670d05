//! Lost messages, restored and cloned states: nothing repeats a key with its nonce, and no direction stays dead.

use base64ct::{Base64, Encoding as _};

use super::*;

#[test]
fn after_10_001_lost_messages_the_next_one_opens_and_both_ends_are_told() {
    let (mut alice, mut bob) = (device::<Cheap>(1, 1), device::<Cheap>(2, 2));
    pass(&mut alice, &mut bob, "hello");
    pass(&mut bob, &mut alice, "answer");
    let mut told = Vec::new();
    for n in 0..10_001 {
        let (_, events) = seal(&mut alice, &recipient(&bob), &format!("lost {n}"));
        told.extend(events);
    }
    let renewed = ChatEvent::BeganAnew { with: bob.party(), why: Renewal::Unanswered };
    assert_eq!(told, [renewed; 9], "one in 1,024 messages");
    let after = send(&mut alice, &bob, "found");
    let theirs = Some(ChatEvent::TheyBeganAnew(alice.party()));
    assert_eq!(open_all(&mut bob, &alice.party(), &after), Ok(("found".into(), theirs)));
    pass(&mut bob, &mut alice, "both directions go on");
    assert_eq!(seal(&mut alice, &recipient(&bob), "in the same session").1, []);
}

#[test]
fn restored_state_repeats_no_key_with_its_nonce() {
    let (mut alice, mut bob) = (alice(), bob());
    pass(&mut alice, &mut bob, "hello");
    pass(&mut bob, &mut alice, "answer");
    let mut restored = alice.clone();
    let (one, two) = ("attack at dawn!!", "retreat at noon!");
    let sealed = [send(&mut alice, &bob, one), send(&mut restored, &bob, two)];
    assert_ne!(sealed[0].header.random, sealed[1].header.random);
    let [left, right] = sealed.map(|envelope| Base64::decode_vec(&envelope.ciphertext).expect("base64"));
    let xor = |left: &[u8], right: &[u8]| left.iter().zip(right).map(|(l, r)| l ^ r).collect::<Vec<_>>();
    assert_ne!(
        xor(&left[..16], &right[..16]),
        xor(one.as_bytes(), two.as_bytes()),
        "the ciphertexts give the plaintexts"
    );
}

#[test]
fn the_randomness_alone_makes_another_key_and_nonce() {
    use crate::secure::cipher::{decrypt, encrypt};
    let key = Secret::new(&[1; 32]);
    let [left, right] = [1, 2].map(|n| encrypt(&key, &Salt([n; 32]), b"the same", b"").expect("encrypted"));
    assert_ne!(left[..20], right[..20]);
    assert_eq!(decrypt(&key, &Salt([2; 32]), &left, b""), Err(SecureError::Tag));
    assert!(decrypt(&key, &Salt([1; 32]), &left, b"").is_ok());
}

#[test]
fn each_copy_of_one_sealing_has_randomness_of_its_own() {
    let (mut alice, bob, other) = (alice(), bob(), device::<X25519>(2, 3));
    let sealed = alice.seal(&thread(), &[recipient(&bob), recipient(&other)], b"hello", &fresh(), 0).expect("sealed");
    let [left, right] = [0, 1].map(|at| sealed.copies.copies[at].header.clone());
    assert_ne!(left.random, right.random);
    assert_ne!(left.ratchet, right.ratchet);
    assert_ne!(left.session, right.session);
}

/// A chat of some turns.
fn talked(turns: u32) -> [Chats<X25519>; 2] {
    let (mut alice, mut bob) = (alice(), bob());
    for _ in 0..turns {
        pass(&mut alice, &mut bob, "on");
        pass(&mut bob, &mut alice, "and on");
    }
    [alice, bob]
}

/// The chat carries messages in both directions again.
fn goes_on(alice: &mut Chats<X25519>, bob: &mut Chats<X25519>) {
    for _ in 0..3 {
        pass(alice, bob, "healed");
        pass(bob, alice, "healed");
    }
}

#[test]
fn a_crash_between_writing_down_and_sending_costs_that_message() {
    let [mut alice, mut bob] = talked(3);
    drop(send(&mut alice, &bob, "written down, never sent"));
    assert_eq!(seal(&mut alice, &recipient(&bob), "again").1, []);
    goes_on(&mut alice, &mut bob);
}

#[test]
fn a_state_restored_within_a_chain_costs_the_repeated_numbers_and_is_noticed() {
    let [mut alice, mut bob] = talked(3);
    pass(&mut alice, &mut bob, "begins the chain");
    let mut restored = alice.clone();
    let twice = pass(&mut alice, &mut bob, "sent, and not written down");
    let repeated = send(&mut restored, &bob, "of the same number");
    assert_eq!(open(&mut bob, &alice, &twice), Err(SecureError::Used), "what comes twice was used");
    assert_eq!(open(&mut bob, &restored, &repeated), Err(SecureError::Forked), "what is another message was not");
    pass(&mut restored, &mut bob, "the next number opens");
    assert_eq!(seal(&mut bob, &recipient(&restored), "anew").1.len(), 1);
    goes_on(&mut restored, &mut bob);
}

#[test]
fn a_skipped_message_that_comes_twice_is_no_fork_and_one_whose_key_was_dropped_neither() {
    let (mut alice, mut bob) = (device::<Cheap>(1, 1), device::<Cheap>(2, 2));
    let sent: Vec<_> = (0..CHAIN_MAX).map(|_| send(&mut alice, &bob, "on")).collect();
    for at in [1_023, 500, 500, 0, 499, 499, 501] {
        let opened = open(&mut bob, &alice, &sent[at]);
        assert!([Ok("on".into()), Err(SecureError::Used)].contains(&opened), "{at}: {opened:?}");
    }
    assert_eq!(seal(&mut bob, &recipient(&alice), "no fork").1, []);
}

#[test]
fn a_state_restored_over_turns_heals_with_the_first_message_that_arrives() {
    for (kept, lost) in [(1, 1), (3, 1), (3, 5), (3, 20)] {
        for restored_writes_first in [false, true] {
            let [mut alice, mut bob] = talked(kept);
            let mut restored = bob.clone();
            for _ in 0..lost {
                pass(&mut alice, &mut bob, "on");
                pass(&mut bob, &mut alice, "and on");
            }
            if restored_writes_first {
                let lost = send(&mut restored, &alice, "cannot open");
                assert!(open(&mut alice, &restored, &lost).is_err());
            }
            let (first, events) = seal(&mut alice, &recipient(&restored), "from Alice");
            let opened = open(&mut restored, &alice, &first);
            let (back, more) = seal(&mut restored, &recipient(&alice), "and back");
            assert_eq!(open(&mut alice, &restored, &back), Ok("and back".into()), "{kept} {lost}");
            let renewals = events
                .iter()
                .chain(&more)
                .filter(|event| matches!(event, ChatEvent::BeganAnew { why: Renewal::Forked, .. }));
            assert_eq!(renewals.count(), 1, "one end begins anew, and says why: {kept} {lost}");
            if events.is_empty() {
                assert_eq!(opened, Err(SecureError::Forked), "the restored end notices it by itself");
            } else {
                assert_eq!(opened, Ok("from Alice".into()));
            }
            goes_on(&mut alice, &mut restored);
        }
    }
}

#[test]
fn two_clones_that_begin_the_same_chain_are_noticed() {
    let [mut alice, mut bob] = talked(2);
    pass(&mut alice, &mut bob, "a turn");
    let mut clone = bob.clone();
    pass(&mut bob, &mut alice, "of the first");
    let other = send(&mut clone, &alice, "of the second, with another ratchet key");
    assert_eq!(open(&mut alice, &clone, &other), Err(SecureError::Forked));
    let (_, events) = seal(&mut alice, &recipient(&bob), "anew");
    assert_eq!(events, [ChatEvent::BeganAnew { with: bob.party(), why: Renewal::Forked }]);
    assert_eq!(seal(&mut alice, &recipient(&bob), "once").1, []);
}

#[test]
fn a_chain_that_goes_on_behind_its_end_is_a_fork() {
    let [mut alice, mut bob] = talked(2);
    pass(&mut alice, &mut bob, "the only one of its chain");
    let mut restored = alice.clone();
    pass(&mut bob, &mut alice, "a turn");
    pass(&mut alice, &mut bob, "which ends the chain before");
    let behind = send(&mut restored, &bob, "its second");
    assert_eq!(behind.header.n, Int::from(1));
    assert_eq!(open(&mut bob, &restored, &behind), Err(SecureError::Forked));
}

#[test]
fn a_message_of_more_than_one_turn_ahead_is_a_fork() {
    let [mut alice, mut bob] = talked(2);
    let restored = bob.clone();
    for _ in 0..2 {
        pass(&mut alice, &mut bob, "on");
        pass(&mut bob, &mut alice, "and on");
    }
    let ahead = send(&mut alice, &bob, "two turns later");
    let mut behind = restored.clone();
    assert_eq!(open(&mut behind, &alice, &ahead), Err(SecureError::Forked));
    assert_eq!(seal(&mut behind, &recipient(&alice), "anew").1.len(), 1);
}

#[test]
fn who_still_writes_in_a_forked_session_is_answered_in_a_fresh_one() {
    let [mut alice, mut bob] = talked(2);
    pass(&mut alice, &mut bob, "a turn");
    let mut clone = bob.clone();
    let late = {
        pass(&mut bob, &mut alice, "of the first");
        send(&mut bob, &alice, "late")
    };
    let other = send(&mut clone, &alice, "of the second");
    assert_eq!(open(&mut alice, &clone, &other), Err(SecureError::Forked));
    let (anew, _) = seal(&mut alice, &recipient(&bob), "lost");
    assert_eq!(open(&mut alice, &bob, &late), Ok("late".into()), "what can be opened is");
    let (again, events) = seal(&mut alice, &recipient(&bob), "anew");
    assert_eq!(
        events,
        [ChatEvent::BeganAnew { with: bob.party(), why: Renewal::Forked }],
        "Bob may not know the first one"
    );
    assert_ne!(again.header.session, anew.header.session);
    assert_eq!(open(&mut bob, &alice, &again), Ok("anew".into()));
    goes_on(&mut alice, &mut bob);
}

#[test]
fn a_device_that_lost_its_sessions_heals_as_soon_as_it_writes() {
    let [mut alice, mut bob] = talked(4);
    bob.store.peers = crate::secure::peers::Peers::default();
    let lost = send(&mut alice, &bob, "cannot open");
    assert_eq!(open(&mut bob, &alice, &lost), Err(SecureError::NoSession));
    let (first, events) = seal(&mut bob, &recipient(&alice), "anew");
    assert_eq!(events, [ChatEvent::Met(alice.party())]);
    let theirs = Some(ChatEvent::TheyBeganAnew(bob.party()));
    assert_eq!(open_all(&mut alice, &bob.party(), &first), Ok(("anew".into(), theirs)));
    goes_on(&mut alice, &mut bob);
}

#[test]
fn an_answer_to_a_chain_that_was_begun_twice_shows_the_fork_to_the_restored_end() {
    let [mut alice, mut bob] = talked(2);
    pass(&mut bob, &mut alice, "a turn");
    let mut restored = alice.clone();
    pass(&mut alice, &mut bob, "begins a chain, and is not written down");
    drop(send(&mut restored, &bob, "begins it again, and is lost"));
    let answer = send(&mut bob, &alice, "to the first one");
    assert_eq!(open(&mut restored, &bob, &answer), Err(SecureError::Forked), "the turn fits, and the key does not");
    let (anew, events) = seal(&mut restored, &recipient(&bob), "anew");
    assert_eq!(events, [ChatEvent::BeganAnew { with: bob.party(), why: Renewal::Forked }]);
    assert_eq!(open(&mut bob, &restored, &anew), Ok("anew".into()));
    goes_on(&mut restored, &mut bob);
}

#[test]
fn that_the_other_end_began_anew_is_told_though_this_end_did_so_too() {
    let [mut alice, mut bob] = talked(2);
    (0..=CHAIN_MAX).for_each(|_| drop(send(&mut alice, &bob, "lost")));
    assert_eq!(alice.store.peers.counts()[1], 2, "one that was heard in, and a fresh one");
    bob.store.peers = crate::secure::peers::Peers::default();
    let begun = send(&mut bob, &alice, "anew");
    let theirs = Some(ChatEvent::TheyBeganAnew(bob.party()));
    assert_eq!(open_all(&mut alice, &bob.party(), &begun), Ok(("anew".into(), theirs)));
}
