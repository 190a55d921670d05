//! A start at each bound: the entry just under a checkpoint and the one behind it, the byte at the mark, a segment of every length.

use alloc::{string::ToString as _, vec::Vec};

use super::{
    Bench, Config, Disk, Signed, config, key,
    recovery::{append, content_end, grown, last_segment, mark, next_line, put_mark, rehashed},
    with_snapshots,
};
use crate::kernel::{
    Verified,
    echo::{Echo, EchoEvent, Say, Unsigned},
    files::Listing,
    node::{Node, mark::Mark},
    note::Checkpoint,
};

/// One segment, however long.
fn large() -> Config {
    Config { segment_bytes: 1 << 20, ..config() }
}

/// A ledger in which entry `seq` is an event that no verifier takes.
fn with_forged(seq: u32, config: Config) -> Bench {
    let mut bench = Bench::founded(config);
    for n in 1..=6 {
        let by = if n == seq { "forger" } else { "ann" };
        let said = if n == seq { 1 } else { n - u32::from(n > seq) };
        let event = EchoEvent::Say(Say { by: by.to_string(), n: said.into(), text: "unsigned".to_string() });
        let parsed = crate::kernel::Parsed::new::<Echo>(&event, super::ORIGIN).expect("an event");
        let taken = Verified::by::<Echo>(&Unsigned { origin: super::ORIGIN.to_string() }, parsed);
        bench.node.submit(0, taken.expect("all are taken"), 2_000);
        bench.run();
    }
    assert_eq!((bench.node.durable().head.size, bench.checkpoints.len()), (7, 1));
    bench
}

/// Entries 0 to 3 are under the checkpoint, and entry 4 is the first behind it.
#[test]
fn signatures_are_verified_from_the_first_entry_behind_the_checkpoint_on() {
    for (seq, fine) in [(3, true), (4, false)] {
        let disk = with_forged(seq, config()).disk.settle();
        let after = Bench::open(disk);
        assert_eq!(after.halted.is_none(), fine, "entry {seq}: {:?}", after.halted);
        assert!(fine || after.halted.is_some_and(|halt| halt.contains("entry 4")));
    }
}

/// Any of the node's keys vouches, wherever it stands in the configuration.
#[test]
fn a_checkpoint_of_the_second_of_two_keys_is_the_nodes_own() {
    let disk = with_forged(3, config()).disk.settle();
    let log_keys = Vec::from([key(9), key(3)]);
    assert_eq!(Bench::open_with(Config { log_keys, ..config() }, disk).halted, None);
}

/// It seals nothing itself, but what was sealed must not be forgotten: or nobody would notice that the checkpoint went.
#[test]
fn a_node_without_a_key_keeps_what_was_sealed_in_its_mark() {
    let keyless = || Config { log_keys: Vec::new(), ..config() };
    let mut after = Bench::open_with(keyless(), grown().disk.settle());
    assert_eq!(mark(&after.disk).sealed, 12);
    after.say_many("ann", 15..=16);
    assert_eq!(mark(&after.disk).sealed, 12);
    let mut disk = after.disk.settle();
    disk.remove("checkpoint");
    assert!(
        Bench::open_with(keyless(), disk).halted.expect("stops").contains("a checkpoint of 12 entries was durable")
    );
}

#[test]
fn a_mark_that_says_that_one_more_was_sealed_stops_the_start() {
    let mut disk = grown().disk.settle();
    let written = mark(&disk);
    put_mark(&mut disk, Mark { sealed: 13, ..written });
    assert!(Bench::open(disk).halted.expect("stops").contains("a checkpoint of 13 entries was durable"));
}

#[test]
fn a_ledger_as_long_as_a_checkpoints_distance_and_without_one_is_unsealed() {
    let mut disk = grown().disk.settle();
    disk.remove("checkpoint");
    disk.remove("durable");
    for (checkpoint_every, unsealed) in [(14, true), (15, true), (16, false)] {
        let after = Bench::open_with(Config { checkpoint_every, ..config() }, disk.clone());
        assert_eq!((after.halted.as_deref(), after.unsealed), (None, unsealed), "every {checkpoint_every}");
    }
}

/// The mark was written before the checkpoint was: the checkpoint says that more was durable.
#[test]
fn an_old_mark_does_not_lower_what_the_checkpoint_knows() {
    let mut bench = Bench::founded(large());
    bench.say_many("ann", 1..=14);
    let lines = bench.disk.lines();
    for (broken, torn) in [(11, false), (12, true)] {
        let mut disk = bench.disk.clone().settle();
        put_mark(&mut disk, Mark { size: 1, segment: 0, end: lines[0].len() as u64 + 1, sealed: 0 });
        let at = lines[..broken].iter().map(|line| line.len() + 1).sum::<usize>();
        disk.file("segment-0000000000000000.jsonl")[at + 30] ^= 1;
        let after = Bench::open(disk);
        assert_eq!(
            (after.halted.is_none(), after.torn.len()),
            (torn, usize::from(torn)),
            "entry {broken} of 12 sealed"
        );
    }
}

/// A mark in an earlier segment that knows more than the segments hold: no disk leaves that, and it is not believed less for it.
#[test]
fn a_mark_knows_how_much_is_durable_wherever_it_says_that_it_ends() {
    let mut disk = grown().disk.settle();
    disk.remove("checkpoint");
    let end = disk.read("segment-0000000000000000.jsonl").len() as u64;
    put_mark(&mut disk, Mark { size: 15, segment: 0, end, sealed: 0 });
    let name = last_segment(&disk);
    let end = content_end(disk.read(&name));
    disk.file(&name)[end - 10] ^= 1;
    let after = Bench::open(disk);
    assert!(after.halted.is_some() && after.torn.is_empty(), "{:?}", after.torn);
}

#[test]
fn a_file_that_is_called_nearly_like_a_segment_is_none() {
    let names =
        ["segment-15.jsonl", "segment-+000000000000015.jsonl", "segment-0000000000000015.jsonl.old", "segment-x.jsonl"];
    let mut disk = grown().disk.settle();
    names.iter().for_each(|name| disk.put(name, b"somebody else's".to_vec()));
    let after = Bench::open(disk);
    assert_eq!((after.halted.as_deref(), after.entries.len()), (None, 15));
    assert!(names.iter().all(|name| after.disk.read(name) == b"somebody else's"));
}

/// Segments that overlap: an empty one is numbered below the next one's first entry.
#[test]
fn a_segment_that_begins_before_the_one_before_it_ends_stops_the_start() {
    let mut disk = grown().disk.settle();
    let last = last_segment(&disk);
    let first: u64 = last["segment-".len()..last.len() - ".jsonl".len()].parse().expect("a number");
    let overlapping = alloc::format!("segment-{:016}.jsonl", first - 1);
    assert!(!disk.names("segment-").contains(&overlapping));
    disk.put(&overlapping, Vec::new());
    let halted = Bench::open(disk).halted.expect("stops");
    assert!(halted.contains(&overlapping) && halted.contains("the ledger goes on with"), "{halted}");
}

/// The next segment was begun, and of the cut that ended the one before it nothing is left.
#[test]
fn a_cut_that_a_crash_took_is_made_again() {
    let mut disk = grown().disk.settle();
    let first = disk.names("segment-")[0].clone();
    let end = content_end(disk.read(&first));
    disk.file(&first).resize(end + 5_000, 0);
    let after = Bench::open(disk.settle());
    assert_eq!((after.halted.as_deref(), after.entries.len()), (None, 15));
    assert_eq!(after.disk.crash().read(&first).len(), end);
}

/// Right in every field that the scan looks at, but for what comes before it.
#[test]
fn a_whole_line_that_follows_another_stops_the_start_where_it_stands() {
    let mut disk = grown().disk.settle();
    let first = next_line(&disk, "bob", 1);
    append(&mut disk, &first);
    let second = alloc::string::String::from_utf8(next_line(&disk, "bob", 2)).expect("text");
    let prev = second.split_once("\"prev\":\"").expect("it has one").1[..8].to_string();
    let changed = rehashed(second.trim_end(), &alloc::format!("\"prev\":\"{prev}"), "\"prev\":\"00000000");
    append(&mut disk, changed.as_bytes());
    let halted = Bench::open(disk).halted.expect("stops");
    assert!(halted.contains("entry 16") && halted.contains("the line follows 00000000"), "{halted}");
}

/// The byte before the mark's end is to be a newline: if it is anything else, nothing behind it is only torn.
#[test]
fn a_line_that_lost_its_end_at_the_mark_is_not_torn() {
    for end_of_line in [0, b' ', b'x'] {
        for behind in [&b""[..], b"junk", b"junk\n", b"\0\0\0junk"] {
            let mut disk = grown().disk.settle();
            let name = last_segment(&disk);
            let end = content_end(disk.read(&name));
            append(&mut disk, behind);
            disk.file(&name)[end - 1] = end_of_line;
            let before = disk.read(&name).to_vec();
            let after = Bench::open(disk);
            let halted = after.halted.expect("stops");
            let is_line = end_of_line != 0 && behind.ends_with(b"\n");
            assert_eq!(halted.contains("no line's end, though the mark says so"), is_line, "{behind:?}: {halted}");
            assert!(after.torn.is_empty() && after.disk.names("torn-").is_empty(), "{end_of_line}, {behind:?}");
            assert_eq!(after.disk.read(&name), before, "nothing is changed");
        }
    }
}

/// The last segment is full, and no other was begun: what is torn lies beyond the length of a new segment.
#[test]
fn what_is_torn_behind_a_full_segment_takes_no_line_with_it() {
    for segment_bytes in [100, 1_500, 9_000] {
        let mut bench = Bench::founded(Config { segment_bytes, ..config() });
        bench.say_many("ann", 1..=5);
        let (head, mut disk) = (bench.node.durable().head.clone(), bench.disk.settle());
        let name = last_segment(&disk);
        let end = content_end(disk.read(&name));
        append(&mut disk, b"junk");
        let mut after = Bench::open_with(Config { segment_bytes, ..config() }, disk);
        assert_eq!((after.halted.as_deref(), after.torn[0].bytes, &after.node.durable().head), (None, 4, &head));
        assert_eq!(after.disk.read(&name).len() as u64, segment_bytes.max(end as u64), "as long as a new one, or full");
        after.say_many("ann", 6..=6);
        assert_eq!(Bench::open(after.disk.crash()).node.durable().head.size, 7);
    }
}

/// Whatever became shorter since the directory was listed is read as far as it goes, and not for ever.
#[test]
fn a_file_that_is_shorter_than_it_was_listed_ends_where_it_ends() {
    let mut bench = Bench::founded(with_snapshots());
    bench.say_many("ann", 1..=14);
    let mut disk = bench.disk.settle();
    append(&mut disk, b"junk");
    for snapshot_every in [0, 4] {
        let listing = disk.listing();
        for at in 0..listing.len() {
            let longer: Listing = listing
                .iter()
                .enumerate()
                .map(|(n, (name, len))| (name.clone(), len + if n == at { 3_000 } else { 0 }))
                .collect();
            let config = Config { snapshot_every, ..config() };
            let mut after = Bench::of(Node::<Echo, _>::open(config, Signed::default(), &longer), disk.clone());
            after.run();
            assert_eq!((after.halted.as_deref(), after.node.durable().head.size), (None, 15), "{:?}", listing[at]);
        }
    }
}

/// What the driver of a founding saw fail may be there all the same: the next founding begins anew over it.
#[test]
fn a_directory_in_which_nothing_was_founded_is_founded_over() {
    let mut disk = Disk::default();
    disk.put("segment-0000000000000000.jsonl", [0; 1_500].to_vec());
    disk.put("durable", [0; 256].to_vec());
    let mut bench = Bench::open(disk);
    assert_eq!((bench.halted.as_deref(), bench.node.durable().head.size), (None, 0));
    assert!(bench.node.found(super::genesis(), 1_000));
    bench.run();
    bench.say_many("ann", 1..=4);
    let after = bench.crash();
    assert_eq!((after.halted, after.node.durable().head.size), (None, 5));
    let note = Checkpoint::read_unverified(after.disk.read("checkpoint")).expect("a checkpoint");
    assert_eq!(note.size, 4);
}
