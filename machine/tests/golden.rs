//! The golden ledger, derived from the specification's text by another implementation in another language: every line
//! replays to the same bytes, for ever.

use machine::{
    kernel::{Ledgered as _, Parsed, Verified, entry::Ledger, table::state_root},
    trust::{
        Event, Trust,
        verify::{Curves, Signatures},
    },
};

const GOLDEN: &str = include_str!("golden/trust_v1.jsonl");

#[test]
fn every_golden_line_replays_to_the_same_bytes() {
    let mut ledger = Ledger::<Trust>::default();
    for (at, line) in GOLDEN.lines().enumerate() {
        let replayed = ledger.replay(line.as_bytes()).unwrap_or_else(|error| panic!("line {}: {error}", at + 1));
        assert_eq!(replayed.line, line.as_bytes());
        Trust::assert_valid(&ledger.state);
    }
    assert!(GOLDEN.contains("\"kind\":\"RewardGranted\""));
    let last = GOLDEN.lines().last().expect("it has lines");
    assert!(last.contains(&format!("\"state\":\"{}\"", state_root(&mut ledger.state))));
}

#[test]
fn every_golden_signature_verifies() {
    let signatures = Signatures { origin: "golden.example".to_string(), arithmetic: Curves };
    for line in GOLDEN.lines() {
        let verified = Verified::by::<Trust>(&signatures, event_of(line));
        assert!(verified.is_ok(), "{verified:?}: {line}");
    }
}

fn event_of(line: &str) -> Parsed<Event> {
    let start = line.find("\"event\":").expect("an event") + "\"event\":".len();
    let end = line.find(",\"hash\":").expect("a hash");
    Parsed::read::<Trust>(&line.as_bytes()[start..end], "golden.example").expect("a canonical event")
}
