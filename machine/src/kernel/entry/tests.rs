//! Lines of the toy ledger: what is refused leaves no trace, a stored line is the one that applying makes, and ticks.

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use super::*;
use crate::kernel::{
    PublicKey,
    echo::{Echo, EchoEvent, EchoGenesis, EchoRefusal, Say},
};

const ORIGIN: &str = "echo.example";

fn parsed(event: &EchoEvent) -> Parsed<EchoEvent> {
    Parsed::new::<Echo>(event, ORIGIN).expect("an event that can be read")
}

fn say(by: &str, n: u32, text: &str) -> Parsed<EchoEvent> {
    parsed(&EchoEvent::Say(Say { by: by.to_string(), n: Int::from(n), text: text.to_string() }))
}

/// A ledger with a genesis and two speakers, each of whom said one thing, and its lines.
fn begun() -> (Ledger<Echo>, Vec<Vec<u8>>) {
    let mut ledger = Ledger::default();
    let genesis = EchoGenesis { log_key: PublicKey([1; 32]), origin: ORIGIN.to_string(), state_every: Int::from(2) };
    let events = [parsed(&EchoEvent::Genesis(genesis)), say("ann", 1, "hello"), say("bob", 1, "hi")];
    let lines = events.map(|event| entered(&mut ledger, event, 1_000, None).line);
    (ledger, lines.into())
}

fn entered(ledger: &mut Ledger<Echo>, event: Parsed<EchoEvent>, now: Tick, src: Option<Src>) -> Entry<Echo> {
    match ledger.apply(event, now, src) {
        Outcome::Accepted(entry) => entry,
        Outcome::Refused(refusal) => panic!("refused: {refusal}"),
    }
}

fn replayed(lines: &[Vec<u8>]) -> Ledger<Echo> {
    let mut ledger = Ledger::default();
    lines.iter().for_each(|line| drop(ledger.replay(line).expect("it replays")));
    ledger
}

#[test]
fn a_line_is_as_long_as_it_may_be_and_what_would_be_longer_leaves_no_trace() {
    for (speaker, n) in [("ann", 2), ("new", 1)] {
        let (mut ledger, lines) = begun();
        let untouched = state_root(&mut ledger.state);
        let text = |len: usize| "x".repeat(len);
        // the text stands in the line twice, as event and as effect; the speaker once, and its length is even or odd
        let bare = entered(&mut ledger.clone(), say(speaker, n, ""), 1_000, None).line.len();
        let fits = (LINE_BYTES_MAX - bare) / 2;
        let head = ledger.head.clone();
        let refused = ledger.apply(say(speaker, n, &text(fits + 1)), 9_000, None);
        assert!(matches!(refused, Outcome::Refused(EchoRefusal::Length)), "{refused:?}");
        assert_eq!((&ledger.head, state_root(&mut ledger.state)), (&head, untouched));
        assert_eq!(delta_of(&mut ledger.state), delta_of(&mut <Echo as super::super::Machine>::State::default()));
        Echo::assert_valid(&ledger.state);
        let longest = entered(&mut ledger, say(speaker, n, &text(fits)), 1_000, None);
        assert!(longest.line.len() > LINE_BYTES_MAX - 2 && longest.line.len() <= LINE_BYTES_MAX);
        assert_eq!(replayed(&lines).replay(&longest.line).expect("it replays").line, longest.line);
    }
}

#[test]
fn the_bound_of_a_line_is_exact() {
    let (mut ledger, _) = begun();
    let bare = entered(&mut ledger.clone(), say("ann", 2, ""), 1_000, None).line.len();
    let exact = LINE_BYTES_MAX - bare;
    // a speaker of another length shifts by one byte what a text shifts by two
    let speaker = if exact.is_multiple_of(2) { "ann" } else { "anna" };
    let (n, text) = (if speaker == "ann" { 2 } else { 1 }, "x".repeat(exact / 2));
    let entry = entered(&mut ledger, say(speaker, n, &text), 1_000, None);
    assert_eq!(entry.line.len(), LINE_BYTES_MAX);
    let over = ledger.apply(say("anne", 1, &format!("{text}x")), 1_000, None);
    assert!(matches!(over, Outcome::Refused(EchoRefusal::Length)), "{over:?}");
}

#[test]
fn a_line_with_any_byte_changed_is_no_next_entry_and_no_whole_line() {
    let (_, lines) = begun();
    for (seq, line) in lines.iter().enumerate() {
        let before = replayed(&lines[..seq]);
        for at in 0..line.len() {
            for bit in [0x01, 0x20] {
                let mut changed = line.clone();
                changed[at] ^= bit;
                assert!(before.clone().replay(&changed).is_err(), "byte {at} of {}", String::from_utf8_lossy(line));
                assert_eq!(Outline::read(&changed), None, "byte {at} of {}", String::from_utf8_lossy(line));
            }
        }
        for end in 0..line.len() {
            assert_eq!(Outline::read(&line[..end]), None, "cut at {end}");
        }
    }
}

#[test]
fn a_whole_line_says_which_one_it_is() {
    let (ledger, lines) = begun();
    let outlines: Vec<_> = lines.iter().map(|line| Outline::read(line).expect("whole")).collect();
    assert_eq!(outlines.iter().map(|outline| outline.seq).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(outlines[0].prev, Digest::ZERO);
    assert_eq!((outlines[1].prev, outlines[2].prev), (outlines[0].hash, outlines[1].hash));
    assert_eq!(outlines[2].hash, ledger.head.hash);
    assert_eq!(outlines[1].state, None, "not a multiple of 2");
    assert_eq!(outlines[2].state, Some(state_root(&mut ledger.clone().state)));
}

#[test]
fn a_field_that_differs_is_named() {
    let (_, lines) = begun();
    let text = String::from_utf8(lines[1].clone()).expect("text");
    for (from, to, named) in [
        ("\"seq\":1", "\"seq\":2", "`seq` is 2, but replaying gives 1"),
        ("\"at\":1000", "\"at\":999", "`at` is 999, but replaying gives 1000"),
        ("\"at\":1000", "\"at\":253402300800000", "`at` is 253402300800000, but replaying gives 253402300799999"),
        ("\"kind\":\"Echoed\"", "\"kind\":\"Roared\"", "`effects` is"),
        ("\"v\":1}", "\"v\": 1}", "not an entry"),
        ("{\"at\"", "{ \"at\"", "not in canonical form: byte 1 of the line"),
    ] {
        assert_eq!(text.matches(from).count().min(1), 1, "{from}");
        let place = text.rfind(from).expect("it is there");
        let changed = [&text[..place], to, &text[place + from.len()..]].concat();
        let error = replayed(&lines[..1]).replay(changed.as_bytes()).map(drop).expect_err(from);
        let named = if named == "not an entry" { "canonical" } else { named };
        assert!(error.to_string().contains(named), "{error}");
    }
}

/// What only the hash, or a later field, could betray as well is named by its own name.
#[test]
fn a_digest_or_a_version_that_differs_is_named() {
    let (_, lines) = begun();
    let text = String::from_utf8(lines[2].clone()).expect("text");
    for field in ["delta", "hash", "state"] {
        let at = text.rfind(&format!(",\"{field}\":\"")).expect("it is there") + field.len() + 5;
        let digit = if &text[at..=at] == "0" { "1" } else { "0" };
        let changed = [&text[..at], digit, &text[at + 1..]].concat();
        let error = replayed(&lines[..2]).replay(changed.as_bytes()).map(drop).expect_err(field).to_string();
        assert!(error.starts_with(&format!("`{field}` is {digit}")), "{error}");
    }
    for (at, to, named) in [
        (text.len() - 6, ",\"v\":2}", "`v` is 2, but replaying gives 1"),
        (text.rfind(",\"state\"").expect("a root"), ",\"v\":1}", "`state` is absent, but replaying gives "),
    ] {
        let changed = [text[..at].trim_end_matches(','), to].concat();
        let error = replayed(&lines[..2]).replay(changed.as_bytes()).map(drop).expect_err(to).to_string();
        assert!(error.starts_with(named), "{error}");
    }
}

#[test]
fn a_line_that_is_read_back_gives_the_event_and_id_that_were_entered() {
    let (mut ledger, lines) = begun();
    let made = entered(&mut ledger, say("ann", 2, "again"), 1_000, None);
    let mut other = replayed(&lines);
    let read = other.replay(&made.line).expect("it replays");
    assert_eq!((read.stamp, &read.event, read.id), (made.stamp, &made.event, made.id));
    assert_eq!((read.hash, read.effects, &other.head), (made.hash, made.effects, &ledger.head));
    let mut followed = replayed(&lines);
    followed.follow(&made.line).expect("it replays");
    assert_eq!(followed.head, ledger.head);
}

#[test]
fn ticks_do_not_go_back_and_end_with_the_year_9999() {
    let (mut ledger, _) = begun();
    assert_eq!(entered(&mut ledger, say("ann", 2, "earlier"), 5, None).stamp.at, 1_000);
    assert_eq!(entered(&mut ledger, say("ann", 3, "later"), 1_001, None).stamp.at, 1_001);
    assert_eq!(entered(&mut ledger, say("ann", 4, "last"), u64::MAX, None).stamp.at, TICK_MAX);
    assert_eq!(entered(&mut ledger, say("ann", 5, "after"), 0, None).stamp.at, TICK_MAX);
}

#[test]
fn a_place_in_a_replicated_log_is_read_as_it_is_written_and_not_otherwise() {
    for text in ["0-0", "1767225600000-7", "253402300799999-18446744073709551615"] {
        assert_eq!(Src::parse(text).map(|src| src.to_string()).as_deref(), Some(text));
    }
    for text in [
        "not-a-src",
        "",
        "-",
        "1",
        "1-",
        "-1",
        "01-1",
        "1-01",
        "+1-1",
        "1-+1",
        " 1-1",
        "1-1 ",
        "1-1-1",
        "253402300800000-0",
        "1-18446744073709551616",
    ] {
        assert_eq!(Src::parse(text), None, "{text}");
    }
}

#[test]
fn an_entry_from_a_replicated_log_has_the_logs_tick_and_replays_at_no_other() {
    let (mut ledger, lines) = begun();
    let before = ledger.clone();
    let late = entered(&mut ledger, say("ann", 2, "late"), 1_500, Src::new(1_500, 3));
    assert_eq!(late.stamp.at, 1_500);
    let text = String::from_utf8(late.line.clone()).expect("text");
    assert!(text.contains(",\"src\":\"1500-3\",\"v\":1}") || text.contains(",\"src\":\"1500-3\",\"state\":"), "{text}");
    assert_eq!(before.clone().replay(&late.line).expect("it replays").line, late.line);
    let early = entered(&mut ledger, say("ann", 3, "early"), 20, Src::new(20, 0));
    assert_eq!(early.stamp.at, 1_500, "never below the entry before it");
    let mut follower = replayed(&lines);
    follower.replay(&late.line).expect("it replays");
    follower.replay(&early.line).expect("it replays");
    for (from, to) in
        [("\"at\":1500", "\"at\":1501"), ("1500-3", "1499-3"), ("1500-3", "1501-3"), ("1500-3", "01500-3")]
    {
        let error = before.clone().replay(text.replace(from, to).as_bytes()).map(drop).expect_err(to);
        assert!(matches!(error, BadLine::Differs { field: "at", .. } | BadLine::Src(_)), "{to}: {error}");
    }
}

#[test]
#[should_panic(expected = "is applied at 7")]
fn an_event_from_a_replicated_log_is_applied_at_its_tick_alone() {
    let (mut ledger, _) = begun();
    ledger.apply(say("ann", 2, "hello"), 7, Src::new(8, 0));
}

#[test]
fn an_event_is_parsed_from_its_canonical_bytes_alone() {
    let good = say("ann", 1, "hello");
    let read = |bytes: &[u8]| Parsed::read::<Echo>(bytes, ORIGIN);
    assert_eq!(read(good.bytes()), Ok(good.clone()));
    let spaced = [b" ", good.bytes()].concat();
    assert_eq!(read(&spaced).map_err(|malformed| malformed.refusal), Err(EchoRefusal::Shape));
    assert_eq!(*good.id(), Digest::of(tags::INTENT, &[good.bytes()]));
}

/// Bytes that only their length can refuse: whoever parsed them first would name another reason.
#[test]
fn what_is_longer_than_a_line_is_not_parsed() {
    let long = [b'{'; LINE_BYTES_MAX + 1];
    let read = |bytes: &[u8]| Parsed::read::<Echo>(bytes, ORIGIN).map_err(|malformed| malformed.refusal);
    assert_eq!((read(&long), read(&long[1..])), (Err(EchoRefusal::Length), Err(EchoRefusal::Shape)));
    let (ledger, lines) = begun();
    let replay = |line: &[u8]| ledger.clone().replay(line).map(drop).expect_err("no line").to_string();
    assert!(replay(&long).contains("65536 bytes, and a line has at most 65535"), "{}", replay(&long));
    assert!(!replay(&long[1..]).contains("bytes"), "{}", replay(&long[1..]));
    let outlined = |len: usize| {
        let text = String::from_utf8_lossy(&lines[1]);
        let (before, rest) = text.split_once(",\"hash\":\"").expect("a hash");
        let filler = "x".repeat(len - text.len());
        let (before, after) = (before.replacen("\"by\":\"", &format!("\"by\":\"{filler}"), 1), &rest[65..]);
        let hash = Digest::of(tags::ENTRY, &[before.as_bytes(), after.as_bytes()]);
        Outline::read(format!("{before},\"hash\":\"{hash}\"{after}").as_bytes()).map(|outline| outline.seq)
    };
    assert_eq!((outlined(LINE_BYTES_MAX), outlined(LINE_BYTES_MAX + 1)), (Some(1), None), "whole, but for its length");
}
