//! What a start makes of every kind of damage: nothing skipped, nothing repaired, everything named.

use alloc::{string::String, vec::Vec};

use super::{Answer, Bench, Config, Disk, config, say, verified};

/// Twelve acknowledged entries after the genesis, in several segments, with checkpoints.
fn grown() -> Bench {
    let mut bench = Bench::new();
    bench.say_many("ann", 1..=14);
    bench
}

fn last_segment(disk: &Disk) -> String {
    let names = disk.listing().into_iter().map(|(name, _)| name);
    names.filter(|name| name.starts_with("segment-")).max().expect("there is a segment")
}

/// Where the lines of a file end.
fn content_end(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1)
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
    let mut after = Bench::closed(bench.disk);
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
    let bench = grown();
    let mut disk = bench.disk.settle();
    let name = last_segment(&disk);
    let end = content_end(disk.file(&name));
    let file = disk.file(&name);
    file.resize(file.len().max(end + 40), 0);
    file[end..end + 40].copy_from_slice(&[b'x'; 40]);
    let mut after = Bench::open(disk);
    assert_eq!(after.halted, None);
    assert_eq!(after.torn, ["a line without its end"]);
    assert_eq!(after.disk.file("torn-0000000000000015").clone(), [b'x'; 40]);
    after.say_many("ann", 15..=15);
    let mut again = after.crash();
    assert!(again.torn.is_empty(), "{:?}", again.torn);
    assert_eq!(again.disk.file("torn-0000000000000015").len(), 40, "kept over the next crash");
}

#[test]
fn a_hole_of_zeros_with_lines_behind_it_is_torn_from_the_hole_on() {
    let bench = grown();
    let mut disk = bench.disk.settle();
    let name = last_segment(&disk);
    let end = content_end(disk.file(&name));
    let file = disk.file(&name);
    file.resize(end + 600, 0);
    file[end + 512..end + 516].copy_from_slice(b"late");
    let after = Bench::open(disk);
    assert_eq!(after.torn, ["a hole of zeros with more behind it"]);
    assert_eq!(after.node.durable().head.size, 15);
}

#[test]
fn any_damage_below_the_mark_stops_the_start_and_is_named() {
    let lines = grown().disk.lines();
    for (at, what) in [(20, "digit"), (lines[0].len() + 5, "next line")] {
        let mut disk = grown().disk.settle();
        let file = disk.file("segment-0000000000000000.jsonl");
        file[at] ^= 1;
        let after = Bench::open(disk);
        let halted = after.halted.expect(what);
        assert!(halted.starts_with("halted at segment-0000000000000000.jsonl, byte "), "{halted}");
        assert_eq!(after.node.durable().head.size, 0, "nothing is served");
    }
}

#[test]
fn a_lost_segment_or_a_ledger_shorter_than_its_checkpoint_stops_the_start() {
    let mut disk = grown().disk.settle();
    let name = last_segment(&disk);
    disk.remove(&name);
    assert!(Bench::open(disk).halted.expect("stops").contains("entries were durable"));
    let mut disk = grown().disk.settle();
    disk.remove("segment-0000000000000000.jsonl");
    assert!(Bench::open(disk).halted.expect("stops").contains("the ledger goes on with 0"));
    let mut disk = grown().disk.settle();
    disk.remove("durable");
    let name = last_segment(&disk);
    disk.remove(&name);
    let halted = Bench::open(disk).halted;
    assert!(
        halted.is_none_or(|halted| halted.starts_with("halted at checkpoint")),
        "without a mark the checkpoint decides"
    );
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

#[test]
fn a_snapshot_shortens_recovery_and_a_damaged_one_is_thrown_away() {
    let with_snapshots = || Config { snapshot_every: 4, ..config() };
    let grown = || {
        let mut bench = Bench::open_with(with_snapshots(), Disk::default());
        assert!(bench.node.found(verified(&super::genesis()), 1_000));
        bench.run();
        bench.say_many("ann", 1..=14);
        bench
    };
    let full = grown();
    let snapshot =
        full.disk.listing().into_iter().find(|(name, _)| name.starts_with("snapshot-")).expect("one was taken").0;
    assert_eq!(
        full.disk.listing().iter().filter(|(name, _)| name.starts_with("snapshot-")).count(),
        1,
        "only the newest is kept"
    );
    let root = full.node.durable().head.clone();
    let mut quick = Bench::open_with(with_snapshots(), full.disk.crash());
    assert!(quick.entries.len() < 6, "{:?}", quick.entries);
    assert_eq!(quick.node.durable().head, root);
    assert!(matches!(quick.say("ann", 3), Answer::Accepted(receipt) if receipt.repeated), "receipts survive");
    let mut disk = grown().disk.settle();
    let file = disk.file(&snapshot);
    let middle = file.len() / 2;
    file[middle] ^= 1;
    let slow = Bench::open_with(with_snapshots(), disk);
    assert_eq!((slow.entries.len(), &slow.node.durable().head), (15, &root));
    assert!(!slow.disk.listing().iter().any(|(name, _)| *name == snapshot));
}

#[test]
fn a_stale_mark_loses_nothing_that_was_synced() {
    let mut disk = grown().disk.settle();
    disk.file("durable").fill(0);
    let after = Bench::open(disk);
    assert_eq!((after.halted, after.node.durable().head.size), (None, 15));
}
