//! C2SP `signed-note`, "Format" and "Signatures".

use super::*;
use crate::kernel::note::{NOTE_BYTES_MAX, SIGNATURES_MAX};

#[test]
fn a_note_is_a_text_an_empty_line_and_signature_lines_that_all_end_with_a_newline() {
    let good = note(TEXT);
    assert_eq!(public().open(&good), Ok(TEXT));
    let signed = signature(NAME, &key(), TEXT);
    for bad in [
        String::new(),
        "\n".to_string(),
        "\n\n".to_string(),
        TEXT.to_string(),
        format!("{TEXT}\n"),
        format!("{TEXT}\n\n"),
        format!("{TEXT}{signed}"),
        format!("\n{}", signature(NAME, &key(), "")),
        good.trim_end().to_string(),
        format!("{good}\n"),
        format!("{good} "),
        format!("{good}words\n"),
        format!("{TEXT}\nwords\n{signed}"),
        format!("{TEXT}\n {signed}"),
    ] {
        assert!(form(&bad), "{bad:?}");
    }
    assert_eq!(public().open(&note("\n")), Ok("\n"), "a text may be one empty line");
}

#[test]
fn a_signature_line_is_an_em_dash_a_name_and_base64_with_one_space_between() {
    let good = signature(NAME, &key(), TEXT);
    let encoded = good.trim_end().rsplit(' ').next().expect("base64");
    for bad in [
        format!("- {NAME} {encoded}"),
        format!("\u{2013} {NAME} {encoded}"),
        format!("\u{2014}{NAME} {encoded}"),
        format!("\u{2014}\u{a0}{NAME} {encoded}"),
        format!("\u{2014}  {NAME} {encoded}"),
        format!("\u{2014} {NAME}  {encoded}"),
        format!("\u{2014} {NAME} {encoded} "),
        format!("\u{2014} {NAME} {encoded} {encoded}"),
        format!("\u{2014} {NAME}\u{a0}{encoded}"),
        format!("\u{2014} {NAME}"),
        format!("\u{2014} {NAME} "),
        format!("\u{2014}  {encoded}"),
        format!("\u{2014} {encoded}"),
        "\u{2014} ".to_string(),
        "\u{2014}".to_string(),
    ] {
        assert!(form(&format!("{TEXT}\n{bad}\n")), "alone: {bad:?}");
        assert!(form(&format!("{TEXT}\n{good}{bad}\n")), "behind a good one: {bad:?}");
        assert!(form(&format!("{TEXT}\n{bad}\n{good}")), "before a good one: {bad:?}");
    }
}

#[test]
fn a_note_is_utf_8() {
    let mut bytes = checkpoint().sign(&key()).expect("a name").into_bytes();
    assert_eq!(Checkpoint::read_unverified(&bytes), Ok(checkpoint()));
    for (at, byte) in [(0, 0xff), (3, 0xc3), (20, 0x80)] {
        let kept = core::mem::replace(&mut bytes[at], byte);
        assert_eq!(Checkpoint::read_unverified(&bytes), Err(NoteError::Form("not UTF-8")));
        bytes[at] = kept;
    }
}

#[test]
fn no_control_character_below_u_0020_stands_anywhere_but_the_newline() {
    let control = Err(NoteError::Form("a control character"));
    for c in (0..0x20).map(char::from).filter(|c| *c != '\n') {
        assert_eq!(public().open(&note(&format!("a{c}text\n"))), control, "text with {c:?}");
        assert_eq!(public().open(&format!("{}\u{2014} wit{c}ness AAAAAAA=\n", note(TEXT))), control, "name with {c:?}");
        assert_eq!(
            public().open(&format!("{}\u{2014} witness AA{c}AAAAA=\n", note(TEXT))),
            control,
            "base64 with {c:?}"
        );
    }
    assert_eq!(public().open(&note("CR LF\r\n")), control);
    assert_eq!(public().open(&note(TEXT).replace('\n', "\r\n")), control);
    for text in ["\u{7f}\n", "\u{85}\n", "\u{2028}\u{feff}\n"] {
        assert_eq!(public().open(&note(text)), Ok(text), "the standard forbids what is below U+0020 alone");
    }
}

#[test]
fn the_last_empty_line_parts_text_and_signatures() {
    let inner = note("one\n");
    for text in ["one\n\ntwo\n", "\n\none\n", "one\n\n", "one\n\n\n\n", &inner, &format!("{inner}{inner}")] {
        assert_eq!(public().open(&note(text)), Ok(text), "{text:?}");
    }
    let other = SigningKey::from_bytes(&[8; 32]);
    let around = format!("{inner}\n{}", signature("other", &other, &inner));
    assert_eq!(
        public().open(&around),
        Err(unsigned()),
        "this key signed what looks like a note inside another one's text"
    );
    let line = signature(NAME, &key(), "one\n");
    assert_eq!(public().open(&format!("one\n\n{line}\n{line}")), Err(unsigned()), "the first line is text");
}

#[test]
fn key_names_in_lines_are_not_empty_and_hold_no_blanks_and_no_pluses() {
    for c in blanks().into_iter().chain(['+']).filter(|c| *c >= ' ') {
        for name in [format!("{c}a"), format!("a{c}"), format!("a{c}b"), c.to_string()] {
            assert!(form(&format!("{}{}", note(TEXT), line(&name, [1; 4], &[2; 64]))), "{name:?}");
        }
    }
    assert!(form(&format!("{}{}", note(TEXT), line("", [1; 4], &[2; 64]))));
    let fine = ["a", "\u{e9}", "\u{2014}", "-", "\u{200b}", "\u{7f}", "example.com/a?b=c#d"];
    let lines: String = fine.map(|name| line(name, [1; 4], &[2; 64])).concat();
    assert_eq!(public().open(&format!("{}{lines}", note(TEXT))), Ok(TEXT));
}

#[test]
fn base64_has_one_spelling_also_in_lines_of_others() {
    let foreign = |encoded: &str| format!("{}\u{2014} witness {encoded}\n", note(TEXT));
    for good in ["+/+/AAA=", "AAAAAAAA", "AAAAAAAAAA=="] {
        assert_eq!(public().open(&foreign(good)), Ok(TEXT), "{good}");
    }
    let trailing_bits = ["AAAAAAB=", "AAAAAAAAAP==", "AAAAAAAAAB=="];
    let padding = ["AAAAAAA", "AAAAAAA==", "AAAAAAAAAA", "AAAAAAAAAA=", "AAAAAAAA====", "=AAAAAAA", "AAA=AAA="];
    for bad in ["-_-_AAA=", "AAA AAA=", "AAAA\u{e9}AA=", "AAAAAAA*"].into_iter().chain(trailing_bits).chain(padding) {
        assert!(form(&foreign(bad)), "{bad}");
    }
}

#[test]
fn a_signature_is_four_bytes_of_key_id_and_at_least_one_more() {
    for len in 0..8 {
        let encoded = Base64::encode_string(&[1; 8][..len]);
        let note = format!("{}\u{2014} witness {encoded}\n", note(TEXT));
        assert_eq!(public().open(&note).is_ok(), len > 4, "{len} bytes");
        assert_eq!(form(&note), len <= 4, "{len} bytes");
    }
}

#[test]
fn as_many_signatures_as_the_limit_are_read_and_not_one_more() {
    let with = |others: usize| format!("{}{}", note(TEXT), line("witness", [1; 4], &[2; 64]).repeat(others));
    for others in [0, 15, 16, SIGNATURES_MAX - 1] {
        assert_eq!(public().open(&with(others)), Ok(TEXT), "{others} and its own");
    }
    assert_eq!(public().open(&with(SIGNATURES_MAX)), Err(NoteError::Form("more than 100 signatures")));
}

#[test]
fn as_many_bytes_as_the_limit_are_read_and_not_one_more() {
    let text = |len: usize| format!("{}\n", "x".repeat(len));
    let beside = note(&text(9)).len() - 9;
    let (most, over) = (text(NOTE_BYTES_MAX - beside), text(NOTE_BYTES_MAX - beside + 1));
    assert_eq!(note(&most).len(), NOTE_BYTES_MAX);
    assert_eq!(public().open(&note(&most)), Ok(most.as_str()));
    assert_eq!(public().open(&note(&over)), Err(NoteError::Form("longer than 1 MiB")));
}

#[test]
fn signatures_by_unknown_keys_are_ignored_even_if_they_share_a_name_or_an_id() {
    let other = SigningKey::from_bytes(&[8; 32]);
    let same_name = signature(NAME, &other, TEXT);
    let same_id = line("witness", public().id(), &[2; 64]);
    let neither = signature("witness", &other, TEXT);
    let longer_name = line("atlas.example.org", public().id(), &[2; 64]);
    for foreign in [same_name, same_id, neither, longer_name] {
        assert_eq!(public().open(&format!("{TEXT}\n{foreign}")), Err(unsigned()), "no key that is known: {foreign}");
        let ours = signature(NAME, &key(), TEXT);
        assert_eq!(public().open(&format!("{TEXT}\n{foreign}{ours}")), Ok(TEXT), "before {foreign}");
        assert_eq!(public().open(&format!("{TEXT}\n{ours}{foreign}")), Ok(TEXT), "behind {foreign}");
    }
}

#[test]
fn every_signature_of_a_known_key_must_verify() {
    let ours = signature(NAME, &key(), TEXT);
    assert_eq!(public().open(&format!("{TEXT}\n{ours}{ours}")), Ok(TEXT), "twice the same");
    let other_text = signature(NAME, &key(), "another\n");
    let mut cut = key().sign(TEXT.as_bytes()).to_bytes().to_vec();
    let flipped = [&[cut[0] ^ 1][..], &cut[1..]].concat();
    let longer = [cut.as_slice(), &[0]].concat();
    cut.pop();
    let bad = [flipped, longer, cut, Vec::from([0; 64]), Vec::from([1])].map(|bytes| line(NAME, public().id(), &bytes));
    for bad in bad.into_iter().chain([other_text]) {
        for note in [format!("{bad}{ours}"), format!("{ours}{bad}"), bad.clone()] {
            assert_eq!(public().open(&format!("{TEXT}\n{note}")), Err(unsigned()), "{note}");
        }
    }
}

#[test]
fn any_change_of_the_text_breaks_the_signature() {
    let good = note("1\n2\n");
    for (from, to) in [("1", "2"), ("1\n", "1"), ("1\n", "1\n\n"), ("2\n", "2\n\n"), ("1", "1 "), ("1", "")] {
        assert_eq!(public().open(&good.replacen(from, to, 1)), Err(unsigned()), "{from:?} -> {to:?}");
    }
    assert_eq!(public().open(&format!("\n{good}")), Err(unsigned()));
}
