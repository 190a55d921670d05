//! What a start makes of every kind of damage: nothing skipped, nothing repaired, everything named.

use alloc::{string::String, string::ToString as _, vec::Vec};

use super::{Answer, Bench, Config, Disk, Signed, config, key, replayed, say};
use crate::kernel::{
    Verified,
    echo::{Echo, EchoEvent, Say},
    entry::{Ledger, Outcome},
    node::{Node, Output, mark::Mark, seal},
    note::{Checkpoint, NOTE_BYTES_MAX},
};

/// Fourteen acknowledged entries after the genesis, in several segments, with checkpoints.
pub(super) fn grown() -> Bench {
    let mut bench = Bench::new();
    bench.say_many("ann", 1..=14);
    bench
}

pub(super) fn last_segment(disk: &Disk) -> String {
    disk.names("segment-").pop().expect("there is a segment")
}

/// Where the lines of a file end.
pub(super) fn content_end(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1)
}

/// Writes bytes behind the last line.
pub(super) fn append(disk: &mut Disk, bytes: &[u8]) {
    let name = last_segment(disk);
    let file = disk.file(&name);
    let end = content_end(file);
    file.resize(file.len().max(end + bytes.len()), 0);
    file[end..end + bytes.len()].copy_from_slice(bytes);
}

/// The line that an event of no verifier's would be.
pub(super) fn next_line(disk: &Disk, by: &str, n: u32) -> Vec<u8> {
    let mut ledger: Ledger<Echo> = replayed(&disk.lines());
    let event = EchoEvent::Say(Say { by: by.to_string(), n: n.into(), text: "unsigned".to_string() });
    let parsed = crate::kernel::Parsed::new::<Echo>(&event, super::ORIGIN).expect("an event");
    match ledger.apply(parsed, 2_000, None) {
        Outcome::Accepted(entry) => [entry.line.as_slice(), b"\n"].concat(),
        Outcome::Refused(refusal) => panic!("{refusal}"),
    }
}

pub(super) fn mark(disk: &Disk) -> Mark {
    Mark::read(disk.read("durable")).expect("a mark")
}

/// Writes another mark over the one that is there.
pub(super) fn put_mark(disk: &mut Disk, mark: Mark) {
    let crate::kernel::files::FileOp::WriteAt { bytes, .. } = mark.write() else { panic!("a write") };
    disk.put("durable", bytes);
}

#[test]
fn nothing_acknowledged_is_lost_in_a_crash_and_the_ledger_goes_on() {
    let before = grown();
    let lines = before.disk.lines();
    let mut after = before.crash();
    assert_eq!(after.halted, None);
    assert_eq!(after.disk.lines(), lines);
    assert_eq!(
        after.entries,
        (0..15).map(|seq| (seq, true)).collect::<Vec<_>>(),
        "each entry is told again, as replayed"
    );
    assert!(matches!(after.say("ann", 3), Answer::Accepted(receipt) if receipt.repeated && receipt.seq == 3));
    after.say_many("ann", 15..=20);
    assert_eq!(after.crash().disk.lines().len(), 21);
}

/// What was written and never synced may be there after one crash, and gone after the next.
#[test]
fn nothing_is_told_of_an_entry_that_was_read_back_before_it_is_synced() {
    let mut bench = grown();
    bench.node.submit(15, say("ann", 15), 2_000);
    let synced = bench.disk.syncs;
    while bench.disk.lines().len() < 16 {
        assert!(bench.step(), "the line is written");
    }
    assert_eq!(bench.disk.syncs, synced, "and not synced");
    let lost = bench.disk.crash();
    let mut after = Bench::closed(config(), bench.disk);
    let before = after.disk.syncs;
    while after.disk.syncs == before {
        assert!(after.step(), "the ledger is synced once");
        assert!(after.entries.iter().all(|(seq, _)| *seq < 15), "entry 15 is told of before it is durable");
    }
    after.run();
    assert_eq!(after.entries, (0..16).map(|seq| (seq, true)).collect::<Vec<_>>());
    let mut other = Bench::open(lost);
    assert_eq!(other.entries.len(), 15);
    other.say_many("ann", 15..=15);
}

/// After a sync that failed, reads show what the disk never got, and a further sync has nothing to do.
#[test]
fn what_is_read_back_after_a_failed_sync_is_written_again_before_anything_is_answered_from_it() {
    let mut bench = grown();
    bench.disk.fail_syncs = true;
    bench.node.submit(15, say("ann", 15), 2_000);
    bench.run();
    assert!(bench.halted.is_some_and(|halt| halt.contains("the disk failed")));
    bench.disk.fail_syncs = false;
    let mut after = Bench::open(bench.disk);
    assert!(matches!(after.say("ann", 15), Answer::Accepted(receipt) if receipt.repeated), "it was read back");
    let last = after.crash();
    assert_eq!((last.halted, last.entries.len()), (None, 16), "what was acknowledged is there");
}

#[test]
fn a_torn_group_is_set_aside_and_kept() {
    let mut disk = grown().disk.settle();
    append(&mut disk, &[b'x'; 40]);
    let mut after = Bench::open(disk);
    assert_eq!(after.halted, None);
    let torn = &after.torn[0];
    assert_eq!((torn.reason.as_str(), torn.seq, torn.bytes), ("a line without its end", 15, 40));
    assert_eq!(after.disk.read(&torn.file), [b'x'; 40]);
    after.say_many("ann", 15..=15);
    let again = after.crash();
    assert!(again.torn.is_empty(), "{:?}", again.torn);
    assert_eq!(again.disk.read("torn-0000000000000015").len(), 40, "kept over the next crash");
}

#[test]
fn what_is_set_aside_takes_no_name_that_is_taken() {
    let mut disk = grown().disk.settle();
    for (n, file) in ["torn-0000000000000015", "torn-0000000000000015.1", "torn-0000000000000015.2"].iter().enumerate()
    {
        append(&mut disk, &[b'a' + n as u8; 10]);
        let after = Bench::open(disk);
        assert_eq!((after.halted.as_deref(), after.torn[0].file.as_str()), (None, *file));
        disk = after.disk.settle();
    }
    for (n, file) in disk.names("torn-").iter().enumerate() {
        assert_eq!(disk.read(file), [b'a' + n as u8; 10], "each is what it was");
    }
}

#[test]
fn a_hole_of_zeros_with_lines_behind_it_is_torn_from_the_hole_on() {
    let mut disk = grown().disk.settle();
    let late = [[0; 512].as_slice(), &next_line(&disk, "bob", 1)].concat();
    append(&mut disk, &late);
    let mut after = Bench::open(disk);
    assert_eq!(after.torn[0].reason, "a hole of zeros with more behind it");
    assert_eq!(after.disk.read(&after.torn[0].file.clone()).len(), late.len());
    assert_eq!(after.node.durable().head.size, 15);
    after.say_many("ann", 15..=15);
    assert_eq!(after.crash().torn, [], "nothing of it is left in the segment");
}

#[test]
fn a_torn_end_that_is_longer_than_one_read_is_kept_whole() {
    let mut disk = grown().disk.settle();
    let torn: Vec<u8> = (0..5_000).map(|n| if n % 700 < 300 { 0 } else { b'a' + (n % 26) as u8 }).collect();
    append(&mut disk, &[b"x", torn.as_slice(), b"y"].concat());
    let after = Bench::open(disk);
    assert_eq!(after.torn[0].bytes, 5_002);
    assert_eq!(after.disk.read(&after.torn[0].file), [b"x", torn.as_slice(), b"y"].concat());
    assert_eq!((after.halted, after.node.durable().head.size), (None, 15));
}

#[test]
fn any_damage_below_the_mark_stops_the_start_and_is_named() {
    let lines = grown().disk.lines();
    for (at, what) in [(20, "digit"), (lines[0].len(), "newline"), (lines[0].len() + 5, "next line")] {
        let mut disk = grown().disk.settle();
        disk.file("segment-0000000000000000.jsonl")[at] ^= 1;
        let after = Bench::open(disk);
        let halted = after.halted.expect(what);
        assert!(halted.starts_with("halted at segment-0000000000000000.jsonl, byte "), "{halted}");
        assert_eq!(after.node.durable().head.size, 0, "nothing is served");
    }
}

/// A segment is begun once all before it is durable: only the last one can be in doubt, however old or lost the mark is.
#[test]
fn damage_in_a_segment_that_is_not_the_last_one_is_never_taken_for_torn() {
    for lose_mark in [false, true] {
        let mut disk = grown().disk.settle();
        disk.remove("checkpoint");
        if lose_mark {
            disk.file("durable").fill(0);
        } else {
            let end = disk.lines()[0].len() as u64 + 1;
            put_mark(&mut disk, Mark { size: 1, segment: 0, end, sealed: 0 });
        }
        let second = disk.names("segment-")[1].clone();
        let end = content_end(disk.read(&second));
        disk.file(&second)[end - 10] ^= 1;
        let after = Bench::open(disk);
        assert!(after.halted.is_some_and(|halt| halt.contains(&second)), "{:?}", after.torn);
        assert!(after.torn.is_empty());
    }
}

#[test]
fn a_gap_between_segments_stops_the_start_whatever_the_mark_says() {
    for lose_mark in [false, true] {
        let mut disk = grown().disk.settle();
        if lose_mark {
            disk.file("durable").fill(0);
            disk.remove("checkpoint");
        }
        let second = disk.names("segment-")[1].clone();
        disk.remove(&second);
        let third = disk.names("segment-")[1].clone();
        let halted = Bench::open(disk).halted.expect("stops");
        assert!(halted.contains(&third) && halted.contains("the ledger goes on with "), "{halted}");
    }
}

#[test]
fn a_lost_segment_or_a_ledger_shorter_than_its_checkpoint_stops_the_start() {
    let mut disk = grown().disk.settle();
    let name = last_segment(&disk);
    disk.remove(&name);
    assert!(Bench::open(disk).halted.expect("stops").contains("15 entries were durable, up to this segment"));
    let mut disk = grown().disk.settle();
    disk.remove("segment-0000000000000000.jsonl");
    assert!(Bench::open(disk).halted.expect("stops").contains("the ledger goes on with 0"));
    let mut disk = grown().disk.settle();
    disk.remove("durable");
    let sealed = Checkpoint::read_unverified(disk.read("checkpoint")).expect("a checkpoint").size;
    while disk.lines().len() as u64 >= sealed {
        let name = last_segment(&disk);
        disk.remove(&name);
    }
    let halted = Bench::open(disk).halted.expect("without a mark the checkpoint decides");
    assert!(halted.starts_with("halted at checkpoint") && halted.contains("entries were durable"), "{halted}");
    let mut disk = grown().disk.settle();
    disk.names("segment-").iter().for_each(|name| drop(disk.remove(name)));
    assert!(Bench::open(disk).halted.is_some(), "no segment is left");
}

#[test]
fn a_segment_that_was_cut_below_the_mark_stops_the_start() {
    let mut disk = grown().disk.settle();
    let name = last_segment(&disk);
    let end = content_end(disk.read(&name));
    assert_eq!(mark(&disk).end, end as u64);
    disk.file(&name).truncate(end - 1);
    assert!(Bench::open(disk).halted.expect("stops").contains("bytes were durable"));
    let mut disk = grown().disk.settle();
    disk.file(&name)[end - 1] = b' ';
    assert!(Bench::open(disk).halted.is_some(), "the mark says that a line ends there");
}

#[test]
fn a_foreign_checkpoint_stops_the_start() {
    let mut disk = grown().disk.settle();
    let file = disk.file("checkpoint");
    let at = file.iter().rposition(|byte| *byte == b' ').expect("a signature line") + 9;
    file[at] = if file[at] == b'A' { b'B' } else { b'A' };
    let halted = Bench::open(disk).halted.expect("stops");
    assert!(halted.contains("no valid signature by echo.example"), "{halted}");
}

/// Signed by the right key, and of another tree.
#[test]
fn a_checkpoint_of_other_lines_stops_the_start() {
    let mut disk = grown().disk.settle();
    let note = String::from_utf8_lossy(disk.read("checkpoint")).into_owned();
    let Checkpoint { origin, size, .. } = Checkpoint::read_unverified(note.as_bytes()).expect("a checkpoint");
    let other = Checkpoint { origin, size, root: crate::kernel::Digest([7; 32]) }.sign(&key(3));
    disk.put("checkpoint", other.expect("a name that can sign").into_bytes());
    let halted = Bench::open(disk).halted.expect("stops");
    assert!(halted.contains("signed another tree of this size"), "{halted}");
}

#[test]
fn a_checkpoint_that_was_durable_and_is_lost_or_older_stops_the_start() {
    let mut disk = grown().disk.settle();
    assert_eq!(mark(&disk).sealed, 12);
    disk.remove("checkpoint");
    let halted = Bench::open(disk).halted.expect("stops");
    assert!(halted.contains("a checkpoint of 12 entries was durable, and is not there"), "{halted}");
    let mut disk = grown().disk.settle();
    let mut young = Bench::new();
    young.say_many("ann", 1..=4);
    disk.put("checkpoint", young.disk.read("checkpoint").to_vec());
    assert!(Bench::open(disk).halted.expect("stops").contains("a checkpoint of 12 entries was durable"));
}

#[test]
fn without_mark_and_checkpoint_every_signature_is_verified_and_that_is_said() {
    let mut disk = grown().disk.settle();
    disk.remove("checkpoint");
    disk.remove("durable");
    let after = Bench::open(disk.clone());
    assert_eq!((after.halted.as_deref(), after.unsealed, after.entries.len()), (None, true, 15));
    let sealed = Bench::open(grown().disk.settle());
    assert!(!sealed.unsealed, "there is a checkpoint");
    let keyless = Bench::open_with(Config { log_keys: Vec::new(), ..config() }, disk.clone());
    assert!(!keyless.unsealed, "this node seals nothing");
    let early = Bench::open_with(Config { checkpoint_every: 16, ..config() }, disk);
    assert!(!early.unsealed, "none is due yet");
}

/// What stands behind the last checkpoint is verified again at a start: whoever writes the disk can link lines, but not sign.
#[test]
fn an_unsigned_event_behind_the_last_checkpoint_stops_the_start() {
    let mut disk = grown().disk.settle();
    let forged = next_line(&disk, "forger", 1);
    append(&mut disk, &forged);
    let halted = Bench::open(disk).halted.expect("stops");
    assert!(halted.contains("entry 15") && halted.contains("its event does not verify"), "{halted}");
}

/// Under a checkpoint of the node's own, events are not verified again; under one of another key they are.
#[test]
fn only_a_checkpoint_of_the_nodes_own_key_vouches_for_signatures() {
    // A ledger that was kept without a verifier.
    let trusting = |event: &EchoEvent| {
        let parsed = crate::kernel::Parsed::new::<Echo>(event, super::ORIGIN).expect("an event");
        Verified::by(&crate::kernel::echo::Unsigned { origin: super::ORIGIN.to_string() }, parsed)
            .expect("all are taken")
    };
    let mut bench = Bench::new();
    let forged = EchoEvent::Say(Say { by: "forger".to_string(), n: 1.into(), text: "unsigned".to_string() });
    bench.node.submit(1, trusting(&forged), 2_000);
    bench.say_many("ann", 1..=6);
    let disk = bench.disk.settle();
    assert_eq!(mark(&disk).sealed, 8);
    assert_eq!(Bench::open(disk.clone()).halted, None, "its checkpoint vouches for it");
    for log_keys in [Vec::new(), Vec::from([key(9)])] {
        let halted = Bench::open_with(Config { log_keys, ..config() }, disk.clone()).halted.expect("stops");
        assert!(halted.contains("entry 1") && halted.contains("does not verify"), "{halted}");
    }
}

#[test]
fn a_verifier_of_another_ledger_stops_the_start() {
    let disk = grown().disk.settle();
    let other = Signed { origin: "other.example".to_string() };
    let mut after = Bench::<Echo>::of(Node::open(config(), other, &disk.listing()), disk);
    after.run();
    let halted = after.halted.expect("stops");
    assert!(halted.contains("this is the ledger of echo.example, not of other.example"), "{halted}");
}

/// It was written whole by a binary that knew more: it is not torn, and must not be set aside.
#[test]
fn a_whole_line_that_does_not_replay_stops_the_start_and_is_not_set_aside() {
    let mut disk = grown().disk.settle();
    let line = String::from_utf8(next_line(&disk, "bob", 1)).expect("text");
    for (from, to, reason) in [
        ("\"kind\":\"SAY\"", "\"kind\":\"SING\"", "no event is called SING"),
        ("\"seq\":15", "\"seq\":17", "the whole line of entry 17 stands here"),
        ("\"seq\":15", "\"seq\":14", "the whole line of entry 14 stands here"),
        ("\"at\":2000", "\"at\":1", "`at` is 1, but replaying gives 2000"),
    ] {
        let changed = rehashed(line.trim_end(), from, to);
        let mut disk = disk.clone();
        append(&mut disk, changed.as_bytes());
        let after = Bench::open(disk);
        let named = |halt: &String| halt.contains("entry 15") && halt.contains(reason);
        assert!(after.halted.as_ref().is_some_and(named), "{to}: {:?}", after.halted);
        assert!(after.torn.is_empty() && after.disk.names("torn-").is_empty());
    }
    append(&mut disk, line.replace("\"kind\":\"SAY\"", "\"kind\":\"SING\"").as_bytes());
    assert_eq!(Bench::open(disk).torn.len(), 1, "with a wrong hash nobody wrote it whole");
}

/// The line with something else in it, and the hash that is right for that.
pub(super) fn rehashed(line: &str, from: &str, to: &str) -> String {
    let changed = line.replacen(from, to, 1);
    let (before, rest) = changed.split_once(",\"hash\":\"").expect("a hash");
    let after = &rest[65..];
    let hash = crate::kernel::Digest::of(crate::kernel::tags::ENTRY, &[before.as_bytes(), after.as_bytes()]);
    alloc::format!("{before},\"hash\":\"{hash}\"{after}\n")
}

#[test]
fn a_stale_mark_loses_nothing_that_was_synced() {
    let mut disk = grown().disk.settle();
    disk.file("durable").fill(0);
    let after = Bench::open(disk);
    assert_eq!((after.halted, after.node.durable().head.size), (None, 15));
    assert_eq!(mark(&after.disk).sealed, 12, "and it is written anew");
}

/// Under the checkpoint nothing can be torn, even if the mark was lost.
#[test]
fn what_a_checkpoint_covers_is_not_in_doubt() {
    let mut bench = Bench::founded(Config { segment_bytes: 1 << 20, ..config() });
    bench.say_many("ann", 1..=14);
    let lines = bench.disk.lines();
    for (broken, torn) in [(10, false), (11, false), (12, true), (14, true)] {
        let mut disk = bench.disk.clone().settle();
        disk.file("durable").fill(0);
        let at = lines[..broken].iter().map(|line| line.len() + 1).sum::<usize>();
        disk.file("segment-0000000000000000.jsonl")[at + 30] ^= 1;
        let after = Bench::open(disk);
        assert_eq!(after.halted.is_none(), torn, "entry {broken} of which 12 are sealed: {:?}", after.halted);
        assert_eq!(after.torn.len(), usize::from(torn));
        assert_eq!(after.disk.names("torn-").len(), usize::from(torn), "nothing is set aside, entry {broken}");
    }
}

#[test]
fn what_was_being_replaced_when_the_power_failed_is_removed() {
    let mut disk = grown().disk.settle();
    disk.put(seal::NEW, b"half".to_vec());
    let after = Bench::open(disk);
    assert_eq!(after.halted, None);
    assert!(after.disk.names(seal::NEW).is_empty());
}

/// Whatever lies there, a start holds no more of it than a mark and a note have.
#[test]
fn a_mark_and_a_checkpoint_are_read_no_further_than_they_can_reach() {
    let mut disk = grown().disk.settle();
    let long = [b'x'; 3 << 20].to_vec();
    disk.put("durable", [disk.read("durable"), &long].concat());
    disk.put("checkpoint", long);
    let mut after = Bench::closed(config(), disk);
    while let Some(output) = after.node.poll() {
        match output {
            Output::File(request) => {
                let bytes = after.disk.execute(&request.op);
                assert!(bytes.as_ref().is_ok_and(|bytes| bytes.len() <= NOTE_BYTES_MAX + 1), "{:?}", request.op);
                after.node.completed(request.id, bytes);
            }
            Output::Halted(halt) => after.halted = Some(halt.to_string()),
            other => panic!("{other:?}"),
        }
    }
    assert!(after.halted.is_some_and(|halt| halt.contains("longer than 1 MiB")));
}
