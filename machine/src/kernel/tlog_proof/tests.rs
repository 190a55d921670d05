//! Proofs of entries: against the text of C2SP `tlog-proof`, and with anything done to them.

use ed25519_dalek::SigningKey;
use proptest::prelude::*;

use super::*;
use crate::kernel::Int;

const HASH: &str = "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=";

fn log(size: usize) -> (Vec<Vec<u8>>, String, NoteKey) {
    let lines: Vec<Vec<u8>> = (0..size).map(|n| format!("entry {n}").into_bytes()).collect();
    let leaves: Vec<Digest> = lines.iter().map(|line| leaf_hash(line)).collect();
    let key = SigningKey::from_bytes(&[3; 32]);
    let public = NoteKey::of("log.example", &key).expect("a name");
    let checkpoint = Checkpoint { origin: public.name().to_string(), size: size as u64, root: root(&leaves) };
    (lines, checkpoint.sign(&key).expect("a name"), public)
}

fn prover(lines: &[Vec<u8>], note: &str) -> Result<Prover, TlogProofError> {
    Prover::new(lines.iter().map(Vec::as_slice), note)
}

/// The proof of entry 2 of 5, with its entry.
fn proof() -> (TlogProof, Vec<u8>, NoteKey) {
    let (lines, note, key) = log(5);
    let proof = prover(&lines, &note).expect("its lines").prove(2).expect("a proof");
    (proof, lines[2].clone(), key)
}

fn form(text: &str) -> bool {
    matches!(TlogProof::parse(text), Err(TlogProofError::Form(_)))
}

#[test]
fn every_entry_is_proven_to_whoever_has_the_key_and_no_other_entry_is() {
    for size in [1, 2, 3, 7, 8, 9] {
        let (mut lines, note, key) = log(size);
        lines.push(b"after the checkpoint".to_vec());
        let prover = prover(&lines, &note).expect("its lines");
        for (index, line) in lines[..size].iter().enumerate() {
            let proof = prover.prove(index as u64).expect("under the checkpoint");
            let read = TlogProof::parse(&proof.text()).expect("as written");
            assert_eq!(read, proof);
            assert_eq!(read.check(line, &key).expect("it stands there").size, size as u64);
            assert!(read.check(&lines[index + 1], &key).is_err(), "another line");
            let moved = TlogProof { index: index as u64 + 1, ..read };
            assert!(moved.check(line, &key).is_err(), "another index");
        }
        assert_eq!(prover.prove(size as u64), None);
        assert_eq!(prover.prove(u64::MAX), None);
    }
}

#[test]
fn an_index_from_the_size_on_is_absent() {
    let (proof, line, key) = proof();
    for index in [5, 6, Int::MAX.get(), u64::MAX] {
        let moved = TlogProof { index, ..proof.clone() };
        assert_eq!(moved.check(&line, &key), Err(TlogProofError::Absent { index, size: 5 }));
    }
    let (_, empty, _) = log(0);
    let none = TlogProof { index: 0, hashes: Vec::new(), checkpoint: empty.clone() };
    assert_eq!(none.check(b"", &key), Err(TlogProofError::Absent { index: 0, size: 0 }));
    assert_eq!(prover(&[], &empty).expect("no lines").prove(0), None);
}

#[test]
fn a_hash_too_few_too_many_or_out_of_order_proves_nothing() {
    let (proof, line, key) = proof();
    let [a, b, c] = proof.hashes[..] else { panic!("three hashes of 5 entries") };
    let absent = Err(TlogProofError::Absent { index: 2, size: 5 });
    for hashes in [&[][..], &[a], &[a, b], &[b, c], &[a, c], &[a, b, c, c], &[a, a, b, c], &[b, a, c], &[c, b, a]] {
        let forged = TlogProof { hashes: hashes.to_vec(), ..proof.clone() };
        assert_eq!(forged.check(&line, &key), absent, "{hashes:?}");
    }
}

#[test]
fn a_checkpoint_that_is_forged_or_by_another_key_proves_nothing() {
    let (proof, line, key) = proof();
    let with = |checkpoint: String| TlogProof { checkpoint, ..proof.clone() };
    let other = NoteKey::of(key.name(), &SigningKey::from_bytes(&[4; 32])).expect("a name");
    assert!(matches!(proof.check(&line, &other), Err(TlogProofError::Checkpoint(NoteError::Signature(_)))));
    let other = NoteKey::new("other.example", key.key()).expect("a name");
    assert!(matches!(proof.check(&line, &other), Err(TlogProofError::Checkpoint(NoteError::Signature(_)))));
    let resized = with(proof.checkpoint.replacen("\n5\n", "\n6\n", 1));
    assert!(matches!(resized.check(&line, &key), Err(TlogProofError::Checkpoint(NoteError::Signature(_)))));
    let smaller = with(log(4).1);
    assert_eq!(smaller.check(&line, &key), Err(TlogProofError::Absent { index: 2, size: 4 }));
}

#[test]
fn a_prover_takes_the_lines_of_the_checkpoint_and_no_others() {
    let (mut lines, note, _) = log(5);
    assert_eq!(prover(&lines[..4], &note).expect_err("too few"), TlogProofError::Root(5));
    assert!(matches!(prover(&lines, &note.replacen("\n5\n", "\n05\n", 1)), Err(TlogProofError::Checkpoint(_))));
    let text = note.split_once("\n\n").expect("a note").0.to_string() + "\n";
    assert!(matches!(prover(&lines, &text), Err(TlogProofError::Checkpoint(_))), "a checkpoint comes signed");
    let key = SigningKey::from_bytes(&[3; 32]);
    let four: Vec<Digest> = lines[..4].iter().map(|line| leaf_hash(line)).collect();
    let lying =
        Checkpoint { origin: "log.example".to_string(), size: 5, root: root(&four) }.sign(&key).expect("a name");
    assert_eq!(prover(&lines[..4], &lying).expect_err("a size that is not theirs"), TlogProofError::Root(5));
    lines[0].push(b'!');
    assert_eq!(prover(&lines, &note).expect_err("another line"), TlogProofError::Root(5));
}

#[test]
fn the_first_line_is_the_format_and_its_lines_end_with_a_newline_alone() {
    let text = proof().0.text();
    for (from, to) in [
        ("c2sp", " c2sp"),
        ("c2sp", "C2SP"),
        ("c2sp", "\nc2sp"),
        ("c2sp", "\u{feff}c2sp"),
        ("@v1", "@v2"),
        ("@v1", "@v1 "),
        ("@v1\n", "@v1\r\n"),
        ("@v1\n", "@v1"),
        ("@v1\n", "@v1\n\n"),
        ("\n\n", "\n"),
        ("\n\n", "\r\n\r\n"),
        ("\n\n", "\r\n\n"),
    ] {
        assert!(form(&text.replacen(from, to, 1)), "{from:?} -> {to:?}");
    }
    assert!(form(&text.replace('\n', "\r\n")));
    assert!(form(""));
}

#[test]
fn the_extra_line_is_base64_with_data_and_comes_second() {
    let (proof, ..) = proof();
    let text = proof.text();
    let with = |line: &str| text.replacen("index", &format!("{line}\nindex"), 1);
    assert_eq!(TlogProof::parse(&with("extra YQ==")), Ok(proof.clone()));
    assert_eq!(TlogProof::parse(&with("extra +/+/")), Ok(proof.clone()));
    for bad in [
        "extra",
        "extra ",
        "extraYQ==",
        "Extra YQ==",
        " extra YQ==",
        "extra  YQ==",
        "extra YQ== ",
        "extra YQ",
        "extra YR==",
        "extra -_-_",
        "extra YQ==\r",
        "extra YQ==\nextra YQ==",
        "other YQ==",
        "extra YQ==\n",
    ] {
        assert!(form(&with(bad)), "{bad:?}");
    }
    assert!(form(&text.replacen("index 2\n", "index 2\nextra YQ==\n", 1)), "behind the index");
    assert!(form(&text.replacen("index 2\n", "extra YQ==\n", 1)), "instead of the index");
}

#[test]
fn the_index_is_a_number_without_leading_zeros() {
    let (proof, ..) = proof();
    let with = |line: &str| proof.text().replacen("index 2", line, 1);
    for index in [0, 1, 10, Int::MAX.get()] {
        let read = TlogProof::parse(&with(&format!("index {index}"))).expect("a number");
        assert_eq!(read, TlogProof { index, ..proof.clone() });
    }
    let numbers = ["02", "00", "+2", "-2", "-0", "", "x", "9007199254740992", "18446744073709551616", "2.0", "\u{662}"];
    let lines =
        ["index2", "Index 2", "indices 2", "index  2", "index 2 ", "index\u{a0}2", "index", " index 2", "index 2\r"];
    let lines = lines.into_iter().map(String::from);
    for bad in numbers.map(|number| format!("index {number}")).into_iter().chain(lines) {
        assert!(form(&with(&bad)), "{bad:?}");
    }
}

#[test]
fn a_hash_is_32_bytes_of_base64_and_a_proof_has_at_most_53() {
    let (proof, ..) = proof();
    let with = |lines: &str| {
        let (head, checkpoint) = (proof.text(), &proof.checkpoint);
        let head = head.split_inclusive('\n').take(2).collect::<String>();
        format!("{head}{lines}\n{checkpoint}")
    };
    let hashes = |n: usize| with(&format!("{HASH}\n").repeat(n));
    for n in [0, 1, HASHES_MAX] {
        assert_eq!(TlogProof::parse(&hashes(n)).map(|read| read.hashes.len()), Ok(n));
    }
    assert_eq!(TlogProof::parse(&hashes(HASHES_MAX + 1)), Err(TlogProofError::Form("more than 53 hashes")));
    for bad in [
        HASH.replace('=', ""),
        HASH.replace("Qk=", "Ql="),
        HASH.replacen("CQ", "-_", 1),
        format!("{HASH} "),
        format!(" {HASH}"),
        format!("{HASH}\r"),
        format!("{HASH}{HASH}"),
        Base64::encode_string(&[9; 31]),
        Base64::encode_string(&[9; 33]),
        "no base64".to_string(),
    ] {
        assert!(form(&with(&format!("{bad}\n"))), "{bad:?}");
        assert!(form(&with(&format!("{HASH}\n{bad}\n"))), "second: {bad:?}");
    }
}

#[test]
fn a_head_is_at_most_64_kib_long() {
    let (proof, ..) = proof();
    let beside = proof.text().split_once("\n\n").expect("an empty line").0.len() + "extra \n".len();
    let extra = "A".repeat((HEAD_BYTES_MAX - beside) / 4 * 4);
    // Base64 comes in fours: the digits of the index fill the rest.
    let with = |digits: u32| {
        let index = 2 * 10u64.pow(digits);
        TlogProof { index, ..proof.clone() }.text().replacen("index", &format!("extra {extra}\nindex"), 1)
    };
    let digits = (HEAD_BYTES_MAX - beside - extra.len()) as u32;
    assert_eq!(with(digits).find("\n\n"), Some(HEAD_BYTES_MAX));
    assert_eq!(TlogProof::parse(&with(digits)).map(|read| read.hashes), Ok(proof.hashes.clone()));
    assert_eq!(TlogProof::parse(&with(digits + 1)), Err(TlogProofError::Form("over 64 KiB before the checkpoint")));
}

#[test]
fn the_checkpoint_is_included_verbatim_and_well_formed() {
    let (proof, line, key) = proof();
    let text = proof.text();
    assert!(text.ends_with(&format!("\n\n{}", proof.checkpoint)));
    let note = |text: String| matches!(TlogProof::parse(&text), Err(TlogProofError::Checkpoint(_)));
    let head = text.strip_suffix(&proof.checkpoint).expect("the checkpoint");
    for bad in ["", "x", "\n", "\n\n", "log.example\n5\n", "log.example\n5\n\n\u{2014} a AAAAAAA=\n"] {
        assert!(note(format!("{head}{bad}")), "{bad:?}");
    }
    assert!(note(text.replacen("\n\n", "\n\n\n", 1)), "an empty origin");
    assert!(note(format!("{head}{}", proof.checkpoint.replace('\n', "\r\n"))));
    assert!(note(format!("{text}\n")));
    assert!(note(text.trim_end().to_string()));
    let witnessed = format!("{text}\u{2014} witness.example AAAAAAA=\n");
    assert!(TlogProof::parse(&witnessed).expect("a proof").check(&line, &key).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_proof_is_refused_or_proves_the_same(at in any::<usize>(), gone in 0usize..3, new in "(\r|\n| |=|A|2|\\PC){0,2}") {
        let (proof, line, key) = proof();
        let mut chars: Vec<char> = proof.text().chars().collect();
        let at = at % chars.len();
        let end = (at + gone).min(chars.len());
        chars.splice(at..end, new.chars());
        let text: String = chars.into_iter().collect();
        if let Ok(read) = TlogProof::parse(&text) {
            prop_assert_eq!(read.text(), text, "a proof without extra data has one spelling");
            if let Ok(checkpoint) = read.check(&line, &key) {
                prop_assert_eq!((read.index, read.hashes, checkpoint.size), (2, proof.hashes, 5));
            }
        }
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in "\\PC{0,60}") {
        prop_assert!(form(&text));
        let lines = format!("{FORMAT}\n{}", text.replace(' ', "\n"));
        prop_assert!(TlogProof::parse(&lines).is_err());
    }
}
