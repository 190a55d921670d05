//! A device's state: written and read it is the same, anything else is refused, and nothing that is read panics.

use alloc::{string::ToString as _, vec};

use proptest::prelude::*;
use serde_json::Value;

use super::*;

/// A device with prekeys, sessions, skipped keys, an unanswered session and a forked one.
fn lived() -> [Chats<Cheap>; 3] {
    let (mut alice, mut bob, mut carol) = (device::<Cheap>(1, 1), device::<Cheap>(2, 2), device::<Cheap>(3, 3));
    alice.rotate_prekey(Secret::new(&[0x32; 32]), 5);
    bob.rotate_prekey(Secret::new(&[0x33; 32]), 5);
    for _ in 0..3 {
        drop(send(&mut alice, &bob, "lost"));
        pass(&mut alice, &mut bob, "on");
        drop(send(&mut bob, &alice, "lost"));
        pass(&mut bob, &mut alice, "and on");
    }
    let clone = alice.clone();
    pass(&mut bob, &mut alice, "once more");
    pass(&mut alice, &mut bob, "a turn");
    let fork = send(&mut clone.clone(), &bob, "behind the end");
    assert!(open(&mut bob, &clone, &fork).is_err());
    drop(send(&mut bob, &carol, "unanswered"));
    pass(&mut carol, &mut bob, "heard");
    [alice, bob, carol]
}

std::thread_local! {
    static LIVED: [Chats<Cheap>; 3] = lived();
}

fn value(chats: &Chats<Cheap>) -> Value {
    serde_json::from_slice(&chats.to_bytes()).expect("JSON")
}

fn read(value: &Value) -> Result<Chats<Cheap>, SecureError> {
    Chats::read(&serde_json_canonicalizer::to_vec(value).expect("canonical"))
}

#[test]
fn what_was_written_is_canonical_and_reads_as_the_same() {
    for chats in lived() {
        let bytes = chats.to_bytes();
        assert_eq!(serde_json_canonicalizer::to_vec(&value(&chats)).expect("canonical"), **bytes);
        assert_eq!(Chats::read(&bytes).as_ref(), Ok(&chats));
    }
    let mut odd = device::<Cheap>(1, 1);
    odd.store.origin = "\u{1}\"\\\u{7f}\u{20ac}".repeat(400);
    assert_eq!(Chats::read(&odd.to_bytes()).as_ref(), Ok(&odd), "whatever the origin, its length is foreseen");
}

#[test]
fn no_other_form_is_read() {
    let text = String::from_utf8(lived()[1].to_bytes().to_vec()).expect("text");
    for (what, other) in [
        ("a blank", text.replacen(':', ": ", 1)),
        ("a blank behind", format!("{text} ")),
        ("upper case", text.replacen("\"identity\":\"c2", "\"identity\":\"C2", 1)),
        ("a field more", text.replacen('{', "{\"a\":1,", 1)),
        ("null for nothing", text.replacen("\"public\"", "\"forked\":null,\"public\"", 1)),
        ("a field less", text.replacen("\"forked\":false,", "", 1)),
        ("a float", text.replacen("\"n\":1,", "\"n\":1.0,", 1)),
        ("nothing", String::new()),
    ] {
        assert_ne!(other, text, "{what}");
        assert_eq!(Chats::<Cheap>::read(other.as_bytes()).map(|_| ()), Err(SecureError::Form), "{what}");
    }
}

/// A change of a written state at a path, which breaks a bound or an invariant.
fn broken() -> Vec<(&'static str, &'static str, Value)> {
    let key = |n: u8| Value::from(crate::kernel::digest::hex(&[n; 32]));
    let number = |n: u64| Value::from(n);
    vec![
        ("no prekey", "/prekeys", Value::Array(vec![])),
        ("a newest prekey that is retired", "/prekeys/1/retired", number(7)),
        ("an older one that is not", "/prekeys/0/retired", Value::Null),
        ("a prekey of another secret", "/prekeys/1/public", key(9)),
        ("an identity key of another secret", "/me/identity_key", key(9)),
        ("an origin of two lines", "/origin", "a\nb".into()),
        ("a device without a session", "/peers/0/sessions", Value::Array(vec![])),
        ("a chain that is too long", "/peers/0/sessions/0/receiving/0/n", number(CHAIN_MAX + 1)),
        ("a sending chain that is too long", "/peers/0/sessions/0/sending/n", number(CHAIN_MAX + 1)),
        ("a previous chain that is too long", "/peers/0/sessions/0/previous", number(CHAIN_MAX + 1)),
        ("a skipped key of a message to come", "/peers/0/sessions/0/receiving/0/skipped/0/0", number(2)),
        (
            "marks of messages to come",
            "/peers/0/sessions/0/receiving/2/opened",
            "0123456789abcdef0123456789abcdef".into(),
        ),
        ("marks of a chain that ended", "/peers/0/sessions/0/receiving/0/opened", "01234567".into()),
        ("a mark of seven digits", "/peers/0/sessions/0/receiving/2/opened", "0123456".into()),
        ("turns with a gap", "/peers/0/sessions/0/receiving/0/turn", number(9)),
        ("a chain that nobody began", "/peers/0/sessions/0/turns", number(0)),
        ("a prekey in a session that was answered", "/peers/0/sessions/0/prekey", key(9)),
        ("a session without chains", "/peers/0/sessions/0/receiving", Value::Array(vec![])),
    ]
}

#[test]
fn a_state_that_no_device_could_have_written_is_refused() {
    let [alice, ..] = lived();
    let named = value(&alice)["peers"][0]["sessions"][0].clone();
    assert!(
        named["sending"].is_object() && named["receiving"][0]["skipped"][0].is_array(),
        "as the paths say: {named}"
    );
    for (what, path, changed) in broken() {
        let mut state = value(&alice);
        match (path.rsplit_once('/'), changed) {
            (Some((parent, name)), Value::Null) => {
                let parent = state.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
                assert!(parent.remove(name).is_some(), "{path}");
            }
            (Some((parent, name)), changed) => match state.pointer_mut(path) {
                Some(place) => *place = changed,
                None => state.pointer_mut(parent).expect("a parent")[name] = changed,
            },
            (None, _) => panic!("a path"),
        }
        assert_ne!(state, value(&alice), "{what}");
        assert_eq!(read(&state).map(|_| ()), Err(SecureError::Form), "{what}");
    }
}

#[test]
fn a_state_with_more_than_a_bound_is_refused() {
    let [_, bob, _] = lived();
    let repeat = |path: &str, count: usize, change: &dyn Fn(&mut Value, usize)| {
        let mut state = value(&bob);
        let list = state.pointer_mut(path).and_then(Value::as_array_mut).expect("a list");
        let first = list[0].clone();
        let made = (0..count).map(|at| {
            let mut item = first.clone();
            change(&mut item, at);
            item
        });
        *list = made.collect();
        read(&state).map(|_| ())
    };
    let key = |n: usize| Value::from(crate::kernel::digest::hex(&Digest::untagged(&[&n.to_be_bytes()]).0));
    let renamed =
        |field: &'static str| move |item: &mut Value, at: usize| *item.pointer_mut(field).expect("a field") = key(at);
    let session = renamed("/id");
    assert_eq!(repeat("/peers/0/sessions", SESSIONS_MAX, &session), Ok(()));
    assert_eq!(repeat("/peers/0/sessions", SESSIONS_MAX + 1, &session), Err(SecureError::Form));
    assert_eq!(repeat("/peers/0/sessions", 2, &|_, _| ()), Err(SecureError::Form), "one session twice");
    let peer = renamed("/party/user");
    assert_eq!(repeat("/peers", PEERS_MAX, &peer), Ok(()));
    assert_eq!(repeat("/peers", PEERS_MAX + 1, &peer), Err(SecureError::Form));
    assert_eq!(repeat("/peers", 2, &|_, _| ()), Err(SecureError::Form), "one device twice");
    let stranger = |item: &mut Value, at: usize| {
        peer(item, at);
        item["written"] = false.into();
    };
    assert_eq!(repeat("/peers", STRANGERS_MAX, &stranger), Ok(()));
    assert_eq!(repeat("/peers", STRANGERS_MAX + 1, &stranger), Err(SecureError::Form));
    let chain = |item: &mut Value, at: usize| item["turn"] = at.into();
    assert_eq!(repeat("/peers/0/sessions/0/receiving", CHAINS_MAX, &chain), Ok(()));
    assert_eq!(repeat("/peers/0/sessions/0/receiving", CHAINS_MAX + 1, &chain), Err(SecureError::Form));
    let skipped = |count: usize| {
        let mut state = value(&bob);
        let receiving =
            state.pointer_mut("/peers/0/sessions/0/receiving").and_then(Value::as_array_mut).expect("chains");
        receiving.truncate(1);
        receiving[0]["n"] = CHAIN_MAX.into();
        receiving[0]["opened"] = "".into();
        receiving[0]["skipped"] = (0..count).map(|n| Value::Array(vec![n.into(), key(n)])).collect();
        read(&state).map(|_| ())
    };
    assert_eq!((skipped(SKIPPED_MAX), skipped(SKIPPED_MAX + 1)), (Ok(()), Err(SecureError::Form)));
    let used = |count: usize| {
        let mut pairs: Vec<_> =
            (0..count).map(|n| [key(n), key(n)].map(|key| key.as_str().expect("hex").to_string())).collect();
        pairs.sort();
        let mut state = value(&bob);
        state["prekeys"][0]["used"] = serde_json::to_value(pairs).expect("JSON");
        read(&state).map(|_| ())
    };
    assert_eq!((used(USED_MAX), used(USED_MAX + 1)), (Ok(()), Err(SecureError::Form)));
}

#[test]
fn more_prekeys_than_the_bound_are_refused() {
    let (mut bob, mut other) = (device::<Cheap>(2, 2), device::<Cheap>(2, 2));
    (1..PREKEYS_MAX).for_each(|n| bob.rotate_prekey(Secret::new(&[0x40 + n as u8; 32]), n as u64));
    other.rotate_prekey(Secret::new(&[0x33; 32]), 0);
    let (mut state, older) = (value(&bob), value(&other)["prekeys"][0].clone());
    assert!(read(&state).is_ok());
    state["prekeys"].as_array_mut().expect("a list").insert(0, older);
    assert_eq!(read(&state).map(|_| ()), Err(SecureError::Form));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_bytes_that_are_read_panic_then_or_later(
        changes in proptest::collection::vec((any::<usize>(), any::<u8>()), 1..4),
        digits in any::<bool>(),
    ) {
        let [mut alice, bob, carol] = LIVED.with(Clone::clone);
        let mut bytes = bob.to_bytes();
        for (at, byte) in changes {
            let at = at % bytes.len();
            // a digit in place of a digit is most often a state that reads well, and holds other secrets
            let hex = bytes[at].is_ascii_hexdigit().then(|| b"0123456789abcdef"[usize::from(byte) % 16]);
            bytes[at] = hex.filter(|_| digits).unwrap_or(byte);
        }
        if let Ok(mut read) = Chats::<Cheap>::read(&bytes) {
            prop_assert_eq!(&read.to_bytes(), &bytes);
            for end in [&mut alice, &mut carol.clone()] {
                let envelope = send(end, &bob, "hello");
                drop(open(&mut read, end, &envelope));
                let sealed = read.seal(&thread(), &[recipient(end)], b"hello", &fresh(), 0);
                for envelope in sealed.iter().flat_map(|sealed| &sealed.copies.copies) {
                    drop(open(end, &read, envelope));
                }
            }
            prop_assert_eq!(Chats::read(&read.to_bytes()), Ok(read));
        }
    }

    #[test]
    fn no_blob_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in any::<usize>(), byte in any::<u8>()) {
        prop_assert!(Copies::read(&bytes).is_err());
        let (mut alice, mut bob) = (device::<Cheap>(1, 1), device::<Cheap>(2, 2));
        let mut blob = Copies { copies: vec![send(&mut alice, &bob, "hello")], v: Int::from(2) }.to_bytes();
        let at = at % blob.len();
        let same = blob[at] == byte;
        blob[at] = byte;
        if let Ok(copies) = Copies::read(&blob) {
            prop_assert_eq!(copies.to_bytes(), blob);
            prop_assert_eq!(open(&mut bob, &alice, &copies.copies[0]).is_ok(), same);
        }
    }
}
