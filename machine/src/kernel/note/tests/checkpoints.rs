//! C2SP `tlog-checkpoint`, "Note text" and "Signatures".

use super::*;
use crate::kernel::{Int, note::NOTE_BYTES_MAX};

const ROOT: &str = "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=";

fn refused(text: &str) -> bool {
    let parsed = Checkpoint::parse(text);
    assert_eq!(Checkpoint::open(&note(text), &public()).is_ok(), parsed.is_ok(), "signed, too: {text:?}");
    matches!(parsed, Err(NoteError::Checkpoint(_)))
}

#[test]
fn a_signed_checkpoint_reads_as_c2sp_writes_it() {
    insta::assert_snapshot!(checkpoint().sign(&key()).expect("a name"), @r"
    atlas.example
    42
    CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=

    — atlas.example bL5nIo7UL43duSwnJF5G5ntF4XUytEaPwKlHw063B98V/ghXnO8fTb/GDNtJ96/9/Cw6GLSgCC7uA9K2o5ajnJ2TpAQ=
    ");
    insta::assert_snapshot!(public().to_vkey(), @"atlas.example+6cbe6722+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs");
}

#[test]
fn a_checkpoint_opens_with_its_key_alone() {
    let note = checkpoint().sign(&key()).expect("a name");
    assert_eq!(Checkpoint::open(&note, &public()), Ok(checkpoint()));
    let other_name = NoteKey::of("other.example", &key()).expect("a name");
    assert_eq!(Checkpoint::open(&note, &other_name), Err(NoteError::Signature("other.example".to_string())));
    let other_key = NoteKey::of(NAME, &SigningKey::from_bytes(&[8; 32])).expect("a name");
    assert_eq!(Checkpoint::open(&note, &other_key), Err(unsigned()));
    for (from, to) in [("42", "43"), ("atlas", "atlos"), ("\n\n", "\n"), ("CQkJ", "CQkK"), ("\u{2014} ", "- ")] {
        assert!(Checkpoint::open(&note.replacen(from, to, 1), &public()).is_err(), "{from} -> {to}");
    }
}

#[test]
fn a_checkpoint_of_another_log_is_refused_though_this_key_signed_it() {
    let text = checkpoint().text().replace(NAME, "other.example");
    assert_eq!(Checkpoint::open(&note(&text), &public()), Err(NoteError::Checkpoint("another origin")));
    assert_eq!(
        Checkpoint::read_unverified(note(&text).as_bytes()).map(|read| read.origin),
        Ok("other.example".to_string())
    );
}

#[test]
fn the_text_is_at_least_three_lines_none_of_them_empty() {
    assert!(!refused(&checkpoint().text()));
    for bad in [
        String::new(),
        "\n".to_string(),
        "\n\n\n".to_string(),
        format!("{NAME}\n"),
        format!("{NAME}\n42\n"),
        format!("{NAME}\n42\n\n"),
        format!("{NAME}\n42\n\n{ROOT}\n"),
        format!("{NAME}\n\n42\n{ROOT}\n"),
        format!("\n{NAME}\n42\n{ROOT}\n"),
        format!("\n42\n{ROOT}\n"),
        format!("42\n{ROOT}\n"),
        format!("{NAME}\n42\n{ROOT}\n\n"),
        format!("{NAME}\n42\n{ROOT}\n\nmore\n"),
        format!("{NAME}\n42\n{ROOT}\nmore\n\n"),
        format!("{NAME}\n42\n{ROOT}\nmore\n\nmore\n"),
    ] {
        assert!(refused(&bad), "{bad:?}");
    }
}

#[test]
fn lines_end_with_a_newline_and_nothing_else() {
    let text = checkpoint().text();
    let unended = NoteError::Checkpoint("the text does not end with a newline");
    assert_eq!(Checkpoint::parse(text.trim_end()), Err(unended));
    for bad in [text.replace('\n', "\r\n"), text.replacen("42\n", "42\r\n", 1), text.replacen('\n', "\0\n", 1)] {
        assert_eq!(Checkpoint::parse(&bad), Err(NoteError::Checkpoint("a control character")), "{bad:?}");
    }
    for blank in [" ", "\u{a0}", "\u{2028}"] {
        assert!(refused(&text.replacen("42", &format!("42{blank}"), 1)), "{blank:?}");
        assert!(refused(&text.replacen("42", &format!("{blank}42"), 1)), "{blank:?}");
        assert!(refused(&text.replacen("=\n", &format!("={blank}\n"), 1)), "{blank:?}");
    }
}

#[test]
fn an_origin_may_be_anything_on_one_line_and_only_that_of_the_key_opens() {
    for origin in ["example.com/a b", "a+b", " ", "\u{2014} witness AAAAAAA=", "http://a", "\u{7f}"] {
        let text = checkpoint().text().replace(NAME, origin);
        assert_eq!(Checkpoint::parse(&text).map(|read| read.origin), Ok(origin.to_string()));
        assert_eq!(Checkpoint::open(&note(&text), &public()), Err(NoteError::Checkpoint("another origin")));
    }
}

#[test]
fn sizes_have_one_spelling_and_a_largest() {
    let sized = |size: &str| checkpoint().text().replace("42", size);
    for good in [0, 1, 9, 10, Int::MAX.get() - 1, Int::MAX.get()] {
        assert_eq!(Checkpoint::parse(&sized(&good.to_string())).map(|read| read.size), Ok(good));
    }
    let bad = ["042", "00", "+42", "-0", "-1", "", "9007199254740992", "18446744073709551616", "4 2", "0x2a", "4_2"];
    for bad in bad.into_iter().chain(["4.0", "4e1", "\u{664}\u{662}", "42 ", " 42"]) {
        assert!(refused(&sized(bad)), "{bad}");
    }
}

#[test]
fn the_root_is_32_bytes_in_padded_canonical_base64() {
    let rooted = |root: &str| checkpoint().text().replace(ROOT, root);
    let of = |len: usize| Base64::encode_string(&[9; 33][..len]);
    assert!(!refused(&rooted(&of(32))));
    for bad in [of(31), of(33), of(0), ROOT.replace('=', ""), ROOT.replace("Qk=", "Ql="), ROOT.replace("k=", "k==")] {
        assert!(refused(&rooted(&bad)), "{bad}");
    }
    assert!(refused(&rooted(&ROOT.replacen("CQ", "-_", 1))));
    assert!(!refused(&rooted(&ROOT.replacen("CQ", "+/", 1))));
}

#[test]
fn extension_lines_are_ignored_and_signed() {
    let text = checkpoint().text() + "an extension\n\u{2014} and another\n";
    assert_eq!(Checkpoint::open(&note(&text), &public()), Ok(checkpoint()));
    let changed = note(&text).replacen("another", "an other", 1);
    assert_eq!(Checkpoint::open(&changed, &public()), Err(unsigned()));
}

#[test]
fn no_checkpoint_is_signed_that_its_reader_would_refuse() {
    let of = |origin: &str| Checkpoint { origin: origin.to_string(), ..checkpoint() }.sign(&key());
    for c in blanks().into_iter().chain(['+', '\0', '\u{1f}']) {
        let name = NoteError::Key("a blank, a plus or a control character in its name");
        for origin in [format!("a{c}b"), format!("{c}a"), format!("a{c}")] {
            assert_eq!(of(&origin), Err(name.clone()), "{origin:?}");
        }
    }
    assert_eq!(of(""), Err(NoteError::Key("an empty name")));
    assert_eq!(of(&"x".repeat(NOTE_BYTES_MAX)), Err(NoteError::Form("longer than 1 MiB")));
    let sized = |size: u64| Checkpoint { size, ..checkpoint() };
    let largest = sized(Int::MAX.get());
    assert_eq!(Checkpoint::open(&largest.sign(&key()).expect("the largest"), &public()), Ok(largest));
    for size in [Int::MAX.get() + 1, u64::MAX] {
        assert_eq!(sized(size).sign(&key()), Err(NoteError::Checkpoint("no size in the second line")));
    }
}

#[test]
fn what_nobody_verified_is_read_only_in_whole() {
    let note = checkpoint().sign(&key()).expect("a name");
    assert_eq!(Checkpoint::read_unverified(note.as_bytes()), Ok(checkpoint()));
    let forged = note.replacen("42", "43", 1);
    assert_eq!(Checkpoint::read_unverified(forged.as_bytes()).map(|read| read.size), Ok(43));
    for bad in [checkpoint().text(), note.replacen('=', "", 2), note.replacen("42", "x", 1)] {
        assert!(Checkpoint::read_unverified(bad.as_bytes()).is_err(), "{bad}");
    }
    assert!(Checkpoint::parse(&note).is_err(), "the signatures are no extension lines");
}
