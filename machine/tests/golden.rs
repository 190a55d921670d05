//! The golden ledgers, derived from the specification's text by another implementation in another language: every line
//! replays to the same bytes, for ever, and what was refused then is refused now.

use std::{collections::BTreeMap, fs};

use machine::{
    kernel::{
        Ledgered as _, Parsed, Verified,
        entry::{Ledger, Outcome},
        table::state_root,
    },
    trust::{Event, Trust, curves::Curves, verify::Signatures},
};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");

/// Each ledger's lines by name. A companion's name has a second dot: the lines of `NAME.refused.jsonl` are `NAME.refused`'s.
fn files() -> BTreeMap<String, Vec<String>> {
    let names = fs::read_dir(FOLDER).expect("the folder").map(|file| file.expect("a file").file_name());
    let read = names.map(|name| {
        let name = name.into_string().expect("a name");
        let text = fs::read_to_string(format!("{FOLDER}/{name}")).expect("text");
        let stem = name.strip_suffix(".jsonl").expect("lines of JSON").to_string();
        (stem, text.lines().map(ToString::to_string).collect())
    });
    read.collect()
}

/// The ledgers among them, each with the lines of its companion.
fn ledgers(companion: &str) -> Vec<(String, Vec<String>, Vec<String>)> {
    let files = files();
    let ledgers = files.iter().filter(|(name, _)| !name.contains('.'));
    let found: Vec<_> = ledgers
        .map(|(name, lines)| {
            let beside = files.get(&format!("{name}.{companion}")).cloned().unwrap_or_default();
            (name.clone(), lines.clone(), beside)
        })
        .collect();
    assert!(found.len() > 4, "no ledger was lost");
    found
}

/// What stands between two needles of a line that has both.
fn between<'a>(line: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = line.split_once(before).expect("the field before");
    rest.rsplit_once(after).expect("the field after").0
}

fn parsed(line: &str, origin: &str) -> Parsed<Event> {
    let event = between(line, "\"event\":", ",\"hash\":\"");
    Parsed::read::<Trust>(event, origin).expect("a canonical event")
}

/// The verifier of the ledger whose first line this is.
fn signatures(first: &str) -> Signatures<Curves> {
    let (_, rest) = first.split_once("\"origin\":\"").expect("a genesis");
    let (origin, _) = rest.split_once('"').expect("an origin");
    Signatures { origin: origin.to_string(), arithmetic: Curves }
}

fn number(line: &str, field: &str) -> u64 {
    let (_, rest) = line.rsplit_once(&format!("\"{field}\":")).expect("the field");
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().expect("a number")
}

#[test]
fn every_golden_line_replays_to_the_same_bytes() {
    let mut rewards = 0;
    for (name, lines, _) in ledgers("refused") {
        let mut ledger = Ledger::<Trust>::default();
        for (at, line) in lines.iter().enumerate() {
            let replayed =
                ledger.replay(line.as_bytes()).unwrap_or_else(|error| panic!("{name}, line {}: {error}", at + 1));
            assert_eq!(replayed.line, line.as_bytes());
            Trust::assert_valid(&ledger.state);
            if let Some((_, root)) = line.split_once(",\"state\":\"") {
                assert_eq!(root[..64], format!("{}", state_root(&mut ledger.state)), "{name}, line {}", at + 1);
            }
            rewards += line.matches("\"kind\":\"RewardGranted\"").count();
        }
    }
    assert!(rewards > 10, "{rewards} rewards");
}

#[test]
fn every_golden_signature_verifies() {
    for (name, lines, _) in ledgers("refused") {
        let signatures = signatures(&lines[0]);
        for line in &lines {
            let parsed = parsed(line, &signatures.origin);
            assert!(Verified::by::<Trust>(&signatures, parsed).is_ok(), "{name}: {line}");
        }
    }
}

/// The code that an event is refused with where this ledger ends; none if it is not.
fn judged(ledger: &Ledger<Trust>, signatures: &Signatures<Curves>, event: &str, at: u64) -> Option<String> {
    let event = match Parsed::read::<Trust>(event, &signatures.origin) {
        Ok(event) => event,
        Err(malformed) => return Some(malformed.refusal.to_string()),
    };
    let verified = match Verified::by::<Trust>(signatures, event) {
        Ok(verified) => verified,
        Err(refusal) => return Some(refusal.to_string()),
    };
    let mut after = ledger.clone();
    match after.apply(verified, at, None) {
        Outcome::Accepted(_) => None,
        Outcome::Refused(refusal) => {
            assert_eq!(state_root(&mut after.state), state_root(&mut ledger.clone().state), "{refusal} left a trace");
            Some(refusal.to_string())
        }
    }
}

#[test]
fn what_was_refused_is_refused_with_the_same_code() {
    let mut seen = 0;
    for (name, lines, refused) in ledgers("refused") {
        let (mut ledger, signatures) = (Ledger::<Trust>::default(), signatures(&lines[0]));
        for seq in 0..=lines.len() {
            for line in refused.iter().filter(|line| number(line, "seq") == seq as u64) {
                let event = between(line, "\"event\":", ",\"reason\":\"");
                let at: String = line.chars().skip("{\"at\":".len()).take_while(char::is_ascii_digit).collect();
                let found = judged(&ledger, &signatures, event, at.parse().expect("a tick"));
                let code = line.rsplit_once(",\"reason\":\"").expect("a code").1.split('"').next();
                assert_eq!(found.as_deref(), code, "{name}, before line {}: {line}", seq + 1);
                seen += 1;
            }
            if let Some(line) = lines.get(seq) {
                ledger.replay(line.as_bytes()).unwrap_or_else(|error| panic!("{name}, line {}: {error}", seq + 1));
            }
        }
    }
    let all: usize = ledgers("refused").iter().map(|(_, _, refused)| refused.len()).sum();
    assert_eq!((seen, seen > 100), (all, true));
}

#[test]
fn a_bad_line_is_no_entry() {
    let mut seen = 0;
    for (name, lines, bad) in ledgers("bad") {
        for line in &bad {
            let mut ledger = Ledger::<Trust>::default();
            for good in lines.iter().take(usize::try_from(number(line, "seq")).expect("a seq")) {
                ledger.replay(good.as_bytes()).expect("a golden line");
            }
            assert!(ledger.replay(line.as_bytes()).is_err(), "{name}: {line}");
            seen += 1;
        }
    }
    assert!(seen > 10);
}
