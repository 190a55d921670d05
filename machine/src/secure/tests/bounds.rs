//! Every bound of the module's table at its value and one beyond, and what a stranger can make a device compute.

use alloc::vec;

use super::*;

fn ends() -> [Chats<Cheap>; 2] {
    [device(1, 1), device(2, 2)]
}

#[test]
fn plaintexts_are_bounded_and_padded() {
    let [alice, bob] = ends();
    for (len, sealed) in [(0, 176), (158, 176), (159, 176), (160, 336), (PLAINTEXT_BYTES_MAX, 16_496)] {
        let (mut alice, mut bob, text) = (alice.clone(), bob.clone(), "x".repeat(len));
        let envelope = send(&mut alice, &bob, &text);
        let bytes = envelope.ciphertext.trim_end_matches('=').len() * 3 / 4;
        assert_eq!(bytes, sealed, "{len} bytes");
        assert_eq!(open(&mut bob, &alice, &envelope), Ok(text));
    }
    let (mut after, long) = (alice.clone(), vec![0; PLAINTEXT_BYTES_MAX + 1]);
    let sealed = after.seal(&thread(), &[recipient(&bob)], &long, &fresh(), 0);
    assert_eq!(sealed, Err(SecureError::TooLong));
    assert_eq!(after, alice, "nothing has changed");
}

#[test]
fn only_padded_plaintexts_open() {
    use crate::secure::cipher::{TAG_BYTES, decrypt, seal_in_place};
    let (key, salt) = (Secret::new(&[1; 32]), Salt([2; 32]));
    let both = crate::secure::keys::derive(&salt.0, key.bytes(), crate::secure::keys::MESSAGE);
    let sealed = |plaintext: &[u8]| {
        let mut buffer = zeroize::Zeroizing::new(Vec::with_capacity(plaintext.len() + TAG_BYTES));
        buffer.extend_from_slice(plaintext);
        seal_in_place(&both, b"", &mut buffer).expect("sealed");
        <base64ct::Base64 as base64ct::Encoding>::encode_string(&buffer)
    };
    let padded = |text: &[u8], len: usize| {
        let mut all = [text, &[0x80]].concat();
        all.resize(len, 0);
        all
    };
    let longest = (PLAINTEXT_BYTES_MAX + 1).next_multiple_of(PAD);
    let over = padded(&vec![7; PLAINTEXT_BYTES_MAX + 1], longest);
    for (what, plaintext, good) in [
        ("one block", padded(b"hello", 160), true),
        ("an empty one", padded(b"", 160), true),
        ("the longest", padded(&vec![7; PLAINTEXT_BYTES_MAX], longest), true),
        ("no multiple", padded(b"hello", 159), false),
        ("nothing", vec![], false),
        ("a block too many", padded(b"hello", 320), false),
        ("no mark", vec![0; 160], false),
        ("another mark", [&[0x81][..], &[0; 159]].concat(), false),
        ("a byte too many", over, false),
        ("longer than the longest", padded(b"", longest + PAD), false),
    ] {
        assert_eq!(decrypt(&key, &salt, &sealed(&plaintext), b"").is_ok(), good, "{what}");
    }
}

#[test]
fn ciphertexts_and_blobs_are_bounded_before_they_are_read() {
    let [mut alice, mut bob] = ends();
    let mut envelope = send(&mut alice, &bob, &"x".repeat(PLAINTEXT_BYTES_MAX));
    assert_eq!(envelope.ciphertext.len(), 21_996);
    envelope.ciphertext.push('A');
    assert_eq!(open(&mut bob, &alice, &envelope), Err(SecureError::TooLong));
    for (len, error) in [(BLOB_BYTES_MAX, SecureError::Form), (BLOB_BYTES_MAX + 1, SecureError::TooLong)] {
        assert_eq!(Copies::read(&vec![b' '; len]), Err(error));
    }
    let copies = |count: usize| Copies { copies: vec![send(&mut alice.clone(), &bob, "x"); count], v: Int::from(2) };
    assert!(Copies::read(&copies(COPIES_MAX).to_bytes()).is_ok());
    assert_eq!(Copies::read(&copies(COPIES_MAX + 1).to_bytes()), Err(SecureError::TooManyCopies));
    assert_eq!(Copies::read(b"{\"copies\":[],\"v\":3}"), Err(SecureError::Form));
    assert_eq!(Copies::read(b"{\"copies\":[], \"v\":2}"), Err(SecureError::Form));
}

/// Devices `from..from + count` of a user, the newest first.
fn devices(of: u8, from: u8, count: u8) -> Vec<Chats<Cheap>> {
    (from..from + count).map(|n| device(of, n)).collect()
}

#[test]
fn two_users_with_over_17_devices_chat_and_the_oldest_are_left_out() {
    let (ours, theirs) = (devices(1, 10, 20), devices(2, 40, 18));
    for (len, fit) in [(100, COPIES_MAX), (PLAINTEXT_BYTES_MAX, 11)] {
        let mut me = ours[0].clone();
        let to: Vec<_> = ours.iter().chain(&theirs).map(recipient).collect();
        let sealed = me.seal(&thread(), &to, &vec![1; len], &fresh(), 0).expect("sealed");
        let blob = sealed.copies.to_bytes();
        assert!(blob.len() <= BLOB_BYTES_MAX && Copies::read(&blob).is_ok());
        let has_copy: Vec<_> = sealed.copies.copies.iter().map(|copy| copy.to.0[0]).collect();
        let in_turn: Vec<_> =
            (0..20).flat_map(|at| [40 + at, 11 + at]).filter(|n| *n < 30 || (40..58).contains(n)).collect();
        assert_eq!(has_copy, in_turn[..fit], "theirs and ours in turn, the newest first");
        let left_out: Vec<_> = sealed.left_out.iter().map(|(key, why)| (key.0[0], *why)).collect();
        let expected: Vec<_> = in_turn[fit..].iter().map(|n| (*n, SecureError::NoRoom)).collect();
        assert_eq!(left_out, expected, "and the sender is told who has none");
        assert_eq!(sealed.events.len(), fit);
        assert_eq!(me.store.peers.counts()[0], fit, "no session begins with those without a copy");
    }
}

#[test]
fn the_blob_is_filled_to_its_last_byte() {
    let (mut me, theirs) = (device::<Cheap>(1, 1), devices(2, 40, 16));
    let to: Vec<_> = theirs.iter().map(recipient).collect();
    for len in (0..PLAINTEXT_BYTES_MAX).step_by(4 * PAD) {
        let sealed = me.seal(&thread(), &to, &vec![1; len], &fresh(), 0).expect("sealed");
        let (count, bytes) = (sealed.copies.copies.len(), sealed.copies.to_bytes().len());
        let each =
            sealed.copies.copies.iter().map(|copy| crate::kernel::canonical::to_bytes(copy).len()).max().expect("one");
        assert!(bytes <= BLOB_BYTES_MAX, "{bytes} bytes");
        assert!(count == COPIES_MAX || bytes + each + 1 > BLOB_BYTES_MAX, "another copy fits: {count} of {each} bytes");
    }
}

#[test]
fn no_older_device_takes_the_place_of_a_newer_one() {
    let (mut me, mut known, strangers) = (device::<Cheap>(1, 1), devices(2, 40, 16), devices(2, 80, 16));
    for other in &mut known {
        pass(&mut me, other, "hello");
        pass(other, &mut me, "answered");
    }
    let len =
        |to: &Chats<Cheap>, text: &str| crate::kernel::canonical::to_bytes(&send(&mut me.clone(), to, text)).len();
    // so many with a handshake and so many without that one more without would fit, and one with does not
    let tight = |text: &str| {
        let (small, large) = (len(&known[0], text), len(&strangers[0], text));
        assert!(small < large, "a handshake is longer");
        let counts = (0..COPIES_MAX).flat_map(|few| (0..COPIES_MAX - few).map(move |many| (few, many)));
        let room = BLOB_BYTES_MAX - br#"{"copies":[],"v":2}"#.len() + 1;
        let left = |few: usize, many: usize| room.checked_sub(few * (large + 1) + many * (small + 1));
        counts
            .filter_map(|(few, many)| Some((few, many, left(few, many)?)))
            .find(|(.., left)| (small + 1..=large).contains(left))
    };
    let texts = (40..100).map(|blocks| "x".repeat(blocks * PAD));
    let (text, (few, many, _)) =
        texts.filter_map(|text| tight(&text).map(|counts| (text, counts))).next().expect("such a blob");
    let newer = known[..many].iter().chain(&strangers[..=few]);
    let to: Vec<_> = newer.chain(&known[many..]).map(recipient).collect();
    let sealed = me.seal(&thread(), &to, text.as_bytes(), &fresh(), 0).expect("sealed");
    assert_eq!(sealed.copies.copies.len(), few + many);
    assert_eq!(sealed.left_out.len(), to.len() - few - many);
}

#[test]
fn one_bad_device_does_not_stop_a_message() {
    let (mut alice, mut bob) = (alice(), bob());
    let low = Recipient { prekey: PublicKey([0; 32]), ..recipient(&device::<X25519>(2, 3)) };
    let to = [low, recipient(&bob), recipient(&bob), recipient(&alice)];
    let sealed = alice.seal(&thread(), &to, b"hello", &fresh(), 0).expect("sealed");
    assert_eq!(sealed.left_out, [(low.party.device_key, SecureError::LowOrder)]);
    assert_eq!(sealed.copies.copies.len(), 1, "none twice, and none for this device");
    assert_eq!(open(&mut bob, &alice, &sealed.copies.copies[0]), Ok("hello".into()));
    let before = alice.clone();
    assert_eq!(alice.seal(&thread(), &[low], b"hello", &fresh(), 0), Err(SecureError::LowOrder), "nobody can read it");
    assert_eq!(alice, before);
    let nobody = alice.seal(&thread(), &[], b"hello", &fresh(), 0).expect("there is no device yet");
    assert_eq!(nobody.copies.copies, []);
}

#[test]
fn a_low_order_key_in_a_message_is_refused() {
    let (mut alice, mut bob) = (alice(), bob());
    let mut envelope = send(&mut alice, &bob, "hello");
    envelope.header.session = PublicKey([0; 32]);
    assert_eq!(open(&mut bob, &alice, &envelope), Err(SecureError::LowOrder));
}

#[test]
fn a_chain_ends_at_its_bound_and_a_message_lies_no_further_ahead() {
    let [mut alice, mut bob] = ends();
    let first = send(&mut alice, &bob, "first");
    let mut last = first.clone();
    for n in 1..CHAIN_MAX {
        let (envelope, events) = seal(&mut alice, &recipient(&bob), "next");
        assert_eq!((envelope.header.n.get(), &events[..], envelope.header.session), (n, &[][..], first.header.session));
        last = envelope;
    }
    let (renewed, events) = seal(&mut alice, &recipient(&bob), "anew");
    assert_eq!(events, [ChatEvent::BeganAnew { with: bob.party(), why: Renewal::Unanswered }]);
    assert_eq!((renewed.header.n, renewed.header.session == first.header.session), (Int::ZERO, false));
    let mut beyond = last.clone();
    beyond.header.n = Int::saturating(CHAIN_MAX);
    assert_eq!(open(&mut bob, &alice, &beyond), Err(SecureError::TooFarAhead));
    for (previous, error) in [(CHAIN_MAX, SecureError::Tag), (CHAIN_MAX + 1, SecureError::TooFarAhead)] {
        beyond = last.clone();
        beyond.header.previous = Int::saturating(previous);
        assert_eq!(open(&mut bob, &alice, &beyond), Err(error));
    }
    assert_eq!(open(&mut bob, &alice, &last), Ok("next".into()));
    assert_eq!(open(&mut bob, &alice, &renewed), Ok("anew".into()));
}

#[test]
fn a_full_chain_goes_on_with_the_answer() {
    let [mut alice, mut bob] = ends();
    let first = pass(&mut alice, &mut bob, "first");
    (1..CHAIN_MAX).for_each(|_| drop(send(&mut alice, &bob, "lost")));
    pass(&mut bob, &mut alice, "an answer just in time");
    let (next, events) = seal(&mut alice, &recipient(&bob), "goes on");
    assert_eq!((next.header.session, next.header.previous.get(), events), (first.header.session, CHAIN_MAX, vec![]));
    assert_eq!(open(&mut bob, &alice, &next), Ok("goes on".into()));
}

#[test]
fn a_thousand_skipped_keys_are_kept_and_the_oldest_is_dropped() {
    for (gap, first) in [(SKIPPED_MAX, Ok("0".into())), (SKIPPED_MAX + 1, Err(SecureError::Used))] {
        let [mut alice, mut bob] = ends();
        let sent: Vec<_> = (0..=gap).map(|n| send(&mut alice, &bob, &format!("{n}"))).collect();
        assert_eq!(open(&mut bob, &alice, &sent[gap]), Ok(format!("{gap}")));
        assert_eq!(bob.store.peers.counts()[3], SKIPPED_MAX);
        assert_eq!(open(&mut bob, &alice, &sent[0]), first);
        assert_eq!(open(&mut bob, &alice, &sent[1]), Ok("1".into()));
        assert_eq!(open(&mut bob, &alice, &sent[1]), Err(SecureError::Used), "a used key is erased");
    }
}

#[test]
fn the_thousand_keys_are_of_all_sessions_and_chains_and_the_oldest_goes_first() {
    let [mut alice, mut bob] = ends();
    let old: Vec<_> = (0..600).map(|n| send(&mut alice, &bob, &format!("{n}"))).collect();
    assert!(open(&mut bob, &alice, &old[599]).is_ok());
    pass(&mut bob, &mut alice, "a turn");
    let new: Vec<_> = (0..402).map(|n| send(&mut alice, &bob, &format!("{n}"))).collect();
    assert!(open(&mut bob, &alice, &new[401]).is_ok());
    assert_eq!(bob.store.peers.counts()[3], SKIPPED_MAX, "599 and 401");
    assert_eq!(open(&mut bob, &alice, &old[0]), Ok("0".into()));
    bob.rotate_prekey(Secret::new(&[0x33; 32]), 0);
    let mut again: Chats<Cheap> = device(1, 1);
    let more: Vec<_> = (0..4).map(|n| send(&mut again, &bob, &format!("{n}"))).collect();
    assert!(open(&mut bob, &again, &more[3]).is_ok());
    assert_eq!(bob.store.peers.counts()[1..4], [2, 3, SKIPPED_MAX], "three more in another session, and two dropped");
    for gone in [1, 2] {
        assert_eq!(open(&mut bob, &alice, &old[gone]), Err(SecureError::Used));
    }
    assert_eq!(open(&mut bob, &alice, &old[3]), Ok("3".into()));
    assert_eq!(open(&mut bob, &again, &more[0]), Ok("0".into()));
}

#[test]
fn eight_chains_are_remembered() {
    let [mut alice, mut bob] = ends();
    let late = (0..=CHAINS_MAX).map(|n| {
        let late = send(&mut alice, &bob, &format!("late {n}"));
        pass(&mut alice, &mut bob, "on");
        pass(&mut bob, &mut alice, "and on");
        late
    });
    let late: Vec<_> = late.collect();
    assert_eq!(open(&mut bob, &alice, &late[0]), Err(SecureError::Used), "nine turns ago");
    for (n, envelope) in late.iter().enumerate().skip(1) {
        assert_eq!(open(&mut bob, &alice, envelope), Ok(format!("late {n}")));
    }
    assert_eq!(bob.store.peers.counts()[..4], [1, 1, CHAINS_MAX, 0]);
}

#[test]
fn five_sessions_begin_and_four_are_kept() {
    let [alice, mut bob] = ends();
    let begun = (0..=SESSIONS_MAX).map(|_| {
        let mut alice = alice.clone();
        let (first, second) = (send(&mut alice, &bob, "first"), send(&mut alice, &bob, "second"));
        assert_eq!(open(&mut bob, &alice, &first), Ok("first".into()));
        (alice, second)
    });
    let mut begun: Vec<_> = begun.collect();
    assert_eq!(bob.store.peers.counts()[1], SESSIONS_MAX);
    let gone = begun.remove(0);
    assert_eq!(
        open(&mut bob, &gone.0, &gone.1),
        Err(SecureError::Used),
        "the handshake of the first one is remembered"
    );
    for (mut alice, second) in begun {
        assert_eq!(open(&mut bob, &alice, &second), Ok("second".into()));
        assert_eq!(
            pass(&mut bob, &mut alice, "the one heard of last is written in").header.session,
            second.header.session
        );
    }
}

fn numbered(of: u32) -> Chats<Cheap> {
    let key = |purpose: u8| Digest::untagged(&[&[purpose], &of.to_be_bytes()]).0;
    Chats::new(ORIGIN, Digest(key(0)), PublicKey(key(1)), Secret::new(&key(2)), Secret::new(&key(3)))
}

#[test]
fn strangers_push_out_strangers_alone() {
    let [mut alice, mut bob] = ends();
    pass(&mut alice, &mut bob, "hello");
    pass(&mut bob, &mut alice, "Bob wrote to Alice");
    let strangers = STRANGERS_MAX as u32;
    let begun = (0..=strangers).map(|n| {
        let mut stranger = numbered(n);
        pass(&mut stranger, &mut bob, "hello");
        assert_eq!(bob.store.peers.counts()[0] as u32, 1 + (n + 1).min(strangers));
        stranger
    });
    let mut begun: Vec<_> = begun.collect();
    let later = send(&mut begun[0], &bob, "once more");
    assert_eq!(open(&mut bob, &begun[0], &later), Err(SecureError::Used), "forgotten");
    pass(&mut begun[1], &mut bob, "remembered");
    let events = seal(&mut bob, &recipient(&begun[0]), "hello").1;
    assert_eq!(events, [ChatEvent::Met(begun[0].party())]);
    pass(&mut alice, &mut bob, "still there");
}

#[test]
fn of_the_devices_that_are_written_to_the_one_used_longest_ago_is_forgotten() {
    let mut me = device::<Cheap>(1, 1);
    let peers = PEERS_MAX as u32;
    (0..peers).for_each(|n| drop(send(&mut me, &numbered(n), "hello")));
    assert_eq!(seal(&mut me, &recipient(&numbered(0)), "again").1, []);
    assert_eq!(me.store.peers.counts()[0], PEERS_MAX);
    drop(send(&mut me, &numbered(peers), "hello"));
    assert_eq!(me.store.peers.counts()[0], PEERS_MAX);
    assert_eq!(seal(&mut me, &recipient(&numbered(0)), "used just now").1, []);
    assert_eq!(seal(&mut me, &recipient(&numbered(1)), "forgotten").1, [ChatEvent::Met(numbered(1).party())]);
    assert!(Chats::<Cheap>::read(&me.to_bytes()).is_ok());
}

#[test]
fn a_prekey_begins_so_many_sessions_and_then_wants_a_successor() {
    let [alice, mut bob] = ends();
    for begun in 1..=USED_MAX {
        pass(&mut alice.clone(), &mut bob, "hello");
        assert_eq!(bob.prekey_is_worn(), begun >= USED_MAX / 2);
    }
    let before = bob.clone();
    let refused = send(&mut alice.clone(), &bob, "one too many");
    assert_eq!(open(&mut bob, &alice, &refused), Err(SecureError::PrekeyWorn));
    assert_eq!(bob, before);
    bob.rotate_prekey(Secret::new(&[0x33; 32]), 0);
    assert!(!bob.prekey_is_worn());
    pass(&mut alice.clone(), &mut bob, "by the new one");
    assert!(Chats::<Cheap>::read(&bob.to_bytes()).is_ok());
}

#[test]
fn so_many_prekeys_are_kept() {
    let [mut alice, mut bob] = ends();
    let first = send(&mut alice, &bob, "by the first one");
    (1..PREKEYS_MAX).for_each(|n| bob.rotate_prekey(Secret::new(&[0x40 + n as u8; 32]), n as u64));
    assert!(open(&mut bob.clone(), &alice, &first).is_ok());
    assert!(Chats::<Cheap>::read(&bob.to_bytes()).is_ok());
    bob.rotate_prekey(Secret::new(&[0x33; 32]), 40);
    assert_eq!(open(&mut bob, &alice, &first), Err(SecureError::UnknownPrekey));
    assert!(Chats::<Cheap>::read(&bob.to_bytes()).is_ok());
}

#[test]
fn a_forged_message_costs_next_to_nothing() {
    let [mut alice, mut bob] = ends();
    for begins in [true, false] {
        let mut forged = send(&mut alice, &bob, "hello");
        let good = forged.clone();
        (forged.header.n, forged.header.previous) = (Int::saturating(CHAIN_MAX - 1), Int::saturating(CHAIN_MAX));
        let (agreed, derived) = work();
        assert_eq!(open(&mut bob, &alice, &forged), Err(SecureError::Tag));
        let cost = (work().0 - agreed, work().1 - derived);
        assert_eq!(cost, if begins { (3, 3) } else { (0, 1) }, "agreements and derivations");
        assert_eq!(open(&mut bob, &alice, &good), Ok("hello".into()));
        pass(&mut bob, &mut alice, "answered");
    }
}

#[test]
fn the_most_that_the_other_end_can_cause_is_two_chains_of_steps() {
    let [mut alice, mut bob] = ends();
    let first = pass(&mut alice, &mut bob, "hello");
    pass(&mut bob, &mut alice, "answered");
    pass(&mut alice, &mut bob, "begins a chain");
    (2..=CHAIN_MAX).for_each(|_| drop(send(&mut alice, &bob, "lost")));
    pass(&mut bob, &mut alice, "a turn");
    (1..CHAIN_MAX).for_each(|_| drop(send(&mut alice, &bob, "lost")));
    let last = send(&mut alice, &bob, "the last of its chain");
    assert_eq!(last.header.session, first.header.session);
    let (agreed, derived) = work();
    assert_eq!(open(&mut bob, &alice, &last), Ok("the last of its chain".into()));
    let steps = (CHAIN_MAX - 1) + CHAIN_MAX;
    assert_eq!((work().0 - agreed, work().1 - derived), (1, steps + 3), "with the tag, the root and the cipher's key");
}

#[test]
fn what_a_hostile_device_leaves_is_bounded() {
    let [alice, mut bob] = ends();
    let empty = bob.to_bytes().len();
    for _ in 0..=SESSIONS_MAX {
        let mut alice = alice.clone();
        (1..CHAIN_MAX).for_each(|_| drop(send(&mut alice, &bob, "lost")));
        pass(&mut alice, &mut bob, "hello");
    }
    let left = bob.to_bytes().len() - empty;
    assert!(left < 120_000, "{left} bytes");
}
