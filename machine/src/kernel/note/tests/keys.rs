//! Names, keys and verifier keys; signatures and keys of other makers.

use proptest::prelude::*;

use super::*;

/// A verifier key whose id fits, whatever the name and the typed key are.
fn vkey(name: &str, typed: &[u8]) -> String {
    let id = Digest::untagged(&[name.as_bytes(), b"\n", typed]).to_string();
    format!("{name}+{}+{}", &id[..8], Base64::encode_string(typed))
}

fn typed() -> Vec<u8> {
    [&[1], key().verifying_key().as_bytes().as_slice()].concat()
}

fn refused(text: &str) -> bool {
    matches!(NoteKey::from_vkey(text), Err(NoteError::Key(_)))
}

#[test]
fn a_verifier_key_reads_as_it_is_written() {
    assert_eq!(public().to_vkey(), vkey(NAME, &typed()));
    assert_eq!(NoteKey::from_vkey(&public().to_vkey()), Ok(public()));
    assert_eq!(NoteKey::new(NAME, public().key()), Ok(public()));
    assert_eq!((public().name(), public().key()), (NAME, PublicKey(key().verifying_key().to_bytes())));
    assert_eq!(public().id(), id(NAME, &key()));
}

#[test]
fn the_example_of_the_go_implementation_opens() {
    let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    let line = "\u{2014} PeterNeumann \
                x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    let read = NoteKey::from_vkey(key).expect("a verifier key");
    assert_eq!(read.to_vkey(), key);
    assert_eq!(read.open(&format!("{text}\n{line}")), Ok(text));
}

#[test]
fn no_name_is_empty_or_holds_a_blank_a_plus_or_a_control_character() {
    let controls = (0..0x20).map(char::from);
    let bad = blanks().into_iter().chain(controls).chain(['+']);
    let bad = bad.flat_map(|c| [format!("{c}a"), format!("a{c}b"), format!("a{c}"), c.to_string()]);
    for name in bad.chain([String::new()]) {
        assert!(refused(&vkey(&name, &typed())), "{name:?}");
        assert!(matches!(NoteKey::new(&name, public().key()), Err(NoteError::Key(_))), "{name:?}");
        assert!(matches!(NoteKey::of(&name, &key()), Err(NoteError::Key(_))), "{name:?}");
    }
    for name in ["a", "\u{e9}", "\u{7f}", "\u{200b}", "-", "example.com/a"] {
        let read = NoteKey::from_vkey(&vkey(name, &typed())).expect("a verifier key");
        assert_eq!((read.name(), read.id()), (name, id(name, &key())));
    }
}

#[test]
fn a_verifier_key_of_another_spelling_is_refused() {
    let good = public().to_vkey();
    let (id, key) = good.strip_prefix("atlas.example+").and_then(|rest| rest.split_once('+')).expect("three parts");
    assert_ne!(id, id.to_uppercase(), "the id has a letter");
    for bad in [
        format!("{good}\n"),
        format!(" {good}"),
        format!("{good} "),
        format!("{good}="),
        format!("{NAME}+{id}"),
        format!("{NAME}+{id}+"),
        format!("{NAME}++{key}"),
        format!("{NAME}+{id}+{id}+{key}"),
        format!("{NAME}+{}+{key}", id.to_uppercase()),
        format!("{NAME}+0{id}+{key}"),
        format!("{NAME}+{}+{key}", &id[1..]),
        format!("{NAME}+00000000+{key}"),
        format!("{NAME} {id} {key}"),
        format!("other.example+{id}+{key}"),
        String::new(),
        "++".to_string(),
    ] {
        assert!(refused(&bad), "{bad:?}");
    }
}

#[test]
fn a_verifier_key_is_of_type_one_and_32_bytes_long() {
    let point = &typed()[1..];
    for kind in [0, 2, 3, 4, 5, 6, 0xff] {
        assert!(refused(&vkey(NAME, &[&[kind], point].concat())), "type {kind}");
    }
    assert!(refused(&vkey(NAME, &typed()[..32])));
    assert!(refused(&vkey(NAME, &[&typed(), [0].as_slice()].concat())));
    assert!(refused(&vkey(NAME, point)));
    assert!(refused(&vkey(NAME, &[])));
}

#[test]
fn keys_that_anybody_can_sign_for_or_that_have_two_spellings_are_refused() {
    let low = |first: u8, last: u8| {
        let mut bytes = [0; 32];
        (bytes[0], bytes[31]) = (first, last);
        bytes
    };
    let over_the_prime = |first: u8| {
        let mut bytes = [0xff; 32];
        (bytes[0], bytes[31]) = (first, 0x7f);
        bytes
    };
    // y = 1 and y = 0 have order 1 and 4, whatever the sign of x.
    for bytes in [low(1, 0), low(1, 0x80), low(0, 0), low(0, 0x80)] {
        assert!(matches!(NoteKey::new(NAME, PublicKey(bytes)), Err(NoteError::Key(_))), "{bytes:?}");
        assert!(refused(&vkey(NAME, &[&[1], bytes.as_slice()].concat())), "{bytes:?}");
    }
    // 2^255-19 + y is another spelling of y.
    let points: Vec<u8> = (2..19).filter(|y| NoteKey::new(NAME, PublicKey(low(*y, 0))).is_ok()).collect();
    assert!(points.len() > 4, "about every second y is one of a point");
    for y in points {
        let bytes = over_the_prime(0xed + y);
        assert_eq!(
            NoteKey::new(NAME, PublicKey(bytes)),
            Err(NoteError::Key("of low order, or not canonical")),
            "2^255-19 + {y}"
        );
    }
}

proptest! {
    #[test]
    fn a_changed_verifier_key_is_refused_or_another_key(at in 0usize..70, c in any::<char>(), nasty in "[+ =/A-Za-z0-9]") {
        let good = public().to_vkey();
        for with in [c, nasty.chars().next().unwrap_or('+')] {
            let changed: String =
                good.chars().enumerate().map(|(n, old)| if n == at { with } else { old }).collect();
            prop_assert!(changed == good || NoteKey::from_vkey(&changed).is_err(), "{changed}");
        }
    }
}
