//! Notes with anything done to them: no reader panics, and nothing opens but what was signed.

use proptest::prelude::*;

use super::*;
use crate::kernel::note::{SignatureLine, split};

/// Characters that readers of lines are known to stumble over, beside any others.
fn character() -> impl Strategy<Value = char> {
    let nasty = Vec::from(['\n', '\r', ' ', '+', '=', '\0', '\u{2014}', '\u{a0}', '\u{2028}', '\u{7f}', 'A', '/', '0']);
    prop_oneof![3 => prop::sample::select(nasty), 1 => any::<char>()]
}

/// One change: what is taken out at a place, and what is put in.
fn change() -> impl Strategy<Value = (usize, usize, Vec<char>)> {
    (any::<usize>(), 0usize..3, prop::collection::vec(character(), 0..3))
}

fn changed(note: &str, changes: &[(usize, usize, Vec<char>)]) -> String {
    let mut chars: Vec<char> = note.chars().collect();
    for (at, gone, new) in changes {
        let at = at % (chars.len() + 1);
        let end = (at + gone).min(chars.len());
        chars.splice(at..end, new.iter().copied());
    }
    chars.into_iter().collect()
}

fn signed_by_three() -> String {
    let (text, other) = (checkpoint().text(), SigningKey::from_bytes(&[8; 32]));
    let note = checkpoint().sign(&key()).expect("a name");
    note + &signature("witness.example", &other, &text) + &signature(NAME, &other, &text)
}

/// The note that these parts make.
fn join(text: &str, lines: &[SignatureLine<'_>]) -> String {
    let lines: String = lines.iter().map(|part| line(part.name, part.id, &part.signature)).collect();
    format!("{text}\n{lines}")
}

/// What holds of any text at all.
fn hold(text: &str) -> Result<(), TestCaseError> {
    if let Ok((signed, lines)) = split(text) {
        prop_assert_eq!(join(signed, &lines), text, "a note has one spelling");
    }
    if let Ok(read) = Checkpoint::parse(text) {
        prop_assert!(text.starts_with(&read.text()), "a checkpoint has one spelling");
    }
    let whole = Checkpoint::read_unverified(text.as_bytes());
    if let Ok(opened) = Checkpoint::open(text, &public()) {
        prop_assert_eq!(whole, Ok(opened), "what opens is what is read");
    }
    if let Ok(key) = NoteKey::from_vkey(text) {
        prop_assert_eq!(key.to_vkey(), text, "a verifier key has one spelling");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_note_opens_only_with_the_text_that_was_signed(changes in prop::collection::vec(change(), 0..3)) {
        let note = changed(&signed_by_three(), &changes);
        hold(&note)?;
        if let Ok(text) = public().open(&note) {
            prop_assert_eq!(text, checkpoint().text());
        }
    }

    #[test]
    fn lines_of_a_note_in_any_order_and_number(picks in prop::collection::vec(0usize..8, 0..12)) {
        let good = signed_by_three() + "\u{2014} name\n";
        let lines: Vec<&str> = good.split_inclusive('\n').collect();
        let note: String = picks.iter().map(|pick| lines[pick % lines.len()]).collect();
        hold(&note)?;
        prop_assert!(public().open(&note).is_err() || note.starts_with(&checkpoint().text()));
    }

    #[test]
    fn any_text_and_any_bytes_are_read_without_a_panic(text in "\\PC{0,40}", bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        hold(&text)?;
        hold(&text.replace(' ', "\n"))?;
        let _ = Checkpoint::read_unverified(&bytes);
        prop_assert!(public().open(&text).is_err());
    }
}
