//! Golden runs: what is committed is what the scenarios give, and a change is named and explained.

use std::{fs, path::Path, process::Output};

use assert_cmd::Command;
use machine::{kernel::entry::Ledger, trust::Trust};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");

/// Runs `sim golden` from the repository's root.
fn golden(args: &[&str]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    Command::cargo_bin("sim").expect("built").current_dir(root).arg("golden").args(args).output().expect("ran")
}

fn told(output: &Output) -> String {
    [&output.stdout[..], &output.stderr].map(String::from_utf8_lossy).concat()
}

#[test]
fn every_ledger_that_ever_was_golden_replays() {
    let mut ledgers = 0;
    for file in fs::read_dir(GOLDEN).expect("golden runs") {
        let path = file.expect("a file").path();
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            let mut ledger = Ledger::<Trust>::default();
            for (at, line) in fs::read_to_string(&path).expect("a ledger").lines().enumerate() {
                ledger.replay(line.as_bytes()).unwrap_or_else(|error| panic!("{} line {at}: {error}", path.display()));
            }
            ledgers += 1;
        }
    }
    assert!(ledgers >= 2);
}

#[test]
fn golden_runs_are_what_they_were() {
    let output = golden(&["check", GOLDEN]);
    assert_eq!((output.status.code(), told(&output).matches("same ").count()), (Some(0), 2), "{}", told(&output));
}

#[test]
fn a_change_is_named_by_its_first_entry_and_blessed_with_a_reason_alone() {
    let dir = tempfile::tempdir().expect("a directory");
    for file in fs::read_dir(GOLDEN).expect("golden runs") {
        let path = file.expect("a file").path();
        fs::copy(&path, dir.path().join(path.file_name().expect("a name"))).expect("copied");
    }
    let at = dir.path().to_str().expect("a path");
    let ledger = dir.path().join("trust_loop.f1-r1-s1.jsonl");
    let text = fs::read_to_string(&ledger).expect("a ledger");
    fs::write(&ledger, text.replacen("\"granted_micro\":100000000", "\"granted_micro\":100000001", 1))
        .expect("written");
    let output = golden(&["check", at]);
    let says = told(&output);
    assert_eq!(output.status.code(), Some(1), "{says}");
    assert!(says.contains("entry 8 (MESSAGE) differs in `effects`") && says.contains("100000001"), "{says}");
    for reason in [&[][..], &["--reason", " "]] {
        assert_eq!(golden(&[&["bless", at], reason].concat()).status.code(), Some(2));
    }
    assert_eq!(golden(&["check", at]).status.code(), Some(1), "nothing was blessed");
    let output = golden(&["bless", at, "--reason", "because"]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    assert_eq!(golden(&["check", at]).status.code(), Some(0));
    let book = fs::read_to_string(dir.path().join("golden.json")).expect("the book");
    assert_eq!(book.matches("because").count(), 1, "{book}");
    assert_eq!(golden(&["check", "no/such/folder"]).status.code(), Some(2));
}
