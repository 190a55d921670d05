//! Group commit: what leaves and when, batching, rotation, checkpoints, closing, and how much is held.

use alloc::{format, vec::Vec};

use super::{Answer, Bench, Config, Disk, EchoRefusal, config, genesis, key, replayed, say};
use crate::kernel::{
    Digest,
    files::FileOp,
    node::{Node, Output},
    note::{Checkpoint, NoteKey},
};

#[test]
fn an_answer_leaves_only_after_its_sync() {
    let mut bench = Bench::new();
    bench.node.submit(7, say("ann", 1), 2_000);
    bench.node.submit(8, say("ann", 3), 2_000);
    while bench.replies.is_empty() {
        let syncs = bench.disk.syncs;
        assert!(bench.step());
        assert!(bench.replies.is_empty() || bench.disk.syncs == syncs, "a reply is an output of its own");
    }
    assert_eq!(bench.disk.crash().lines().len(), 2, "the entry was durable when its answer left");
    bench.run();
    assert!(matches!(bench.replies[0], (7, Answer::Accepted(_))));
    assert_eq!(
        bench.replies[1],
        (8, Answer::Refused(EchoRefusal::Number)),
        "judged against the entry before: waited for it"
    );
}

#[test]
fn a_refusal_of_what_is_durable_leaves_at_once_and_one_of_what_is_not_waits() {
    let mut bench = Bench::new();
    bench.node.submit(1, say("ann", 2), 2_000);
    assert!(matches!(bench.node.poll(), Some(Output::Reply(1, Answer::Refused(EchoRefusal::Number)))));
    bench.node.submit(2, say("ann", 1), 2_000);
    bench.node.submit(3, say("ann", 3), 2_000);
    let group_written =
        |output: &Output<_>| matches!(output, Output::File(request) if matches!(request.op, FileOp::Sync { .. }));
    let outputs: Vec<_> = core::iter::from_fn(|| bench.node.poll()).collect();
    assert!(outputs.iter().any(group_written) && !outputs.iter().any(|output| matches!(output, Output::Reply(..))));
}

#[test]
fn what_is_queued_during_a_sync_goes_into_one_group() {
    let mut bench = Bench::new();
    let before = bench.disk.syncs;
    for n in 1..=9 {
        bench.node.submit(u64::from(n), say("ann", n), 2_000);
    }
    bench.run();
    assert_eq!(bench.replies.len(), 9);
    let checkpoint_syncs = 1;
    let rotation_syncs = 2;
    assert!(
        bench.disk.syncs - before <= 2 + checkpoint_syncs + rotation_syncs,
        "two groups: the first, and all the rest"
    );
}

#[test]
fn no_more_is_queued_than_the_configuration_allows_and_later_there_is_room_again() {
    for config in [Config { queue_max: 3, ..config() }, Config { waiting_max: 4, ..config() }] {
        let mut bench = Bench::founded(config);
        // the first is being written, three are queued
        for n in 1..=4 {
            bench.node.submit(u64::from(n), say("ann", n), 2_000);
        }
        bench.node.submit(5, say("ann", 5), 2_000);
        assert_eq!(bench.node.applied().head.size, 5, "nothing was judged");
        bench.run();
        assert_eq!(bench.replies[0], (5, Answer::Busy));
        assert_eq!(bench.acknowledged().len(), 4);
        assert!(matches!(bench.say("ann", 5), Answer::Accepted(_)));
    }
}

#[test]
fn every_line_replays_to_the_same_bytes_and_each_checkpoint_signs_them() {
    let mut bench = Bench::new();
    bench.say_many("ann", 1..=11);
    bench.node.close();
    bench.run();
    let lines = bench.disk.lines();
    let name = NoteKey::of("echo.example", &key(3)).expect("a name");
    let mut sizes = Vec::new();
    for note in &bench.checkpoints {
        let checkpoint = Checkpoint::open(note, &name).expect("it verifies");
        assert_eq!(checkpoint.root, replayed(&lines[..checkpoint.size as usize]).head.tree.root());
        sizes.push(checkpoint.size);
    }
    assert_eq!(sizes, [4, 8, 12]);
    assert!(bench.disk.names("segment-").len() > 2, "segments rotate");
    assert!(lines.iter().all(|line| !line.contains(&0)), "a closed ledger is cut to its length");
}

/// A ledger is closed while a group is being written and others wait: they come first.
#[test]
fn closing_waits_for_what_is_queued_and_signs_all_of_it() {
    let mut bench = Bench::new();
    for n in 1..=6 {
        bench.node.submit(u64::from(n), say("ann", n), 2_000);
    }
    bench.node.close();
    bench.run();
    assert_eq!(bench.acknowledged().len(), 6);
    assert!(bench.node.idle());
    let last = Checkpoint::read_unverified(bench.checkpoints.last().expect("one was signed").as_bytes())
        .expect("a checkpoint");
    assert_eq!(last.size, 7);
    let sizes = bench.disk.listing().into_iter().filter(|(name, _)| name.starts_with("segment-")).map(|(_, len)| len);
    let lines = bench.disk.lines();
    assert_eq!(sizes.sum::<u64>(), lines.iter().map(|line| line.len() as u64 + 1).sum::<u64>(), "cut to its length");
}

#[test]
fn a_checkpoint_and_the_mark_are_of_what_is_durable_not_of_what_is_applied() {
    let mut bench = Bench::new();
    bench.say_many("ann", 1..=2);
    bench.node.submit(3, say("ann", 3), 2_000);
    bench.node.submit(4, say("ann", 4), 2_000);
    bench.node.submit(5, say("ann", 5), 2_000);
    while bench.checkpoints.is_empty() {
        let (durable, applied) = (bench.node.durable().head.size, bench.node.applied().head.size);
        assert!(bench.step());
        if let Some(mark) = crate::kernel::node::mark::Mark::read(bench.disk.file("durable")) {
            assert!(
                mark.size <= durable.max(bench.node.durable().head.size),
                "{mark:?} of {durable} durable, {applied} applied"
            );
        }
    }
    let first = Checkpoint::read_unverified(bench.checkpoints[0].as_bytes()).expect("a checkpoint");
    assert_eq!(first.size, 4, "two more were applied when it was signed");
    bench.run();
    assert_eq!(bench.node.durable().head, bench.node.applied().head);
}

#[test]
fn a_ledger_that_was_not_founded_judges_nothing() {
    let mut bench = Bench::open(Disk::default());
    assert_eq!(bench.say("ann", 1), Answer::Unavailable);
    assert!(!bench.node.found(say("ann", 1), 5), "no genesis");
    assert!(bench.node.found(genesis(), 5));
    assert!(!bench.node.found(genesis(), 5), "once");
    bench.run();
    assert!(matches!(bench.say("ann", 1), Answer::Accepted(receipt) if receipt.seq == 1));
    assert_eq!(bench.node.durable().head.hash, bench.node.applied().head.hash);
    assert_ne!(bench.node.durable().head.hash, Digest::ZERO);
}

#[test]
fn a_ledger_of_another_name_is_not_founded() {
    let other = super::Signed { origin: format!("other.{}", super::ORIGIN) };
    let mut bench = Bench::<super::Echo>::of(Node::open(config(), other, &Disk::default().listing()), Disk::default());
    bench.run();
    assert!(!bench.node.found(genesis(), 5), "its origin is not the verifier's");
    bench.run();
    assert_eq!((bench.node.applied().head.size, bench.disk.lines().len()), (0, 0));
    assert_eq!(bench.say("ann", 1), Answer::Unavailable);
}

#[test]
fn a_tick_that_goes_back_is_the_one_before_it() {
    let mut bench = Bench::new();
    bench.node.submit(1, say("ann", 1), 5_000);
    bench.node.submit(2, say("ann", 2), 10);
    bench.run();
    assert_eq!(bench.node.durable().head.at, 5_000);
    assert_eq!(replayed(&bench.disk.lines()).head, bench.node.durable().head);
}

/// The one line that a ledger of one entry has, with its newline, in bytes.
fn genesis_bytes() -> u64 {
    Bench::new().disk.lines()[0].len() as u64 + 1
}

#[test]
fn a_segment_ends_once_it_is_as_long_as_it_may_be() {
    for (longer, segments) in [(0, 2), (1, 1)] {
        let mut bench = Bench::founded(Config { segment_bytes: genesis_bytes() + longer, ..config() });
        bench.say_many("ann", 1..=1);
        assert_eq!(bench.disk.names("segment-").len(), segments, "{longer} bytes are left of the first one");
    }
}

/// A segment that was begun under a larger bound ends where its lines do.
#[test]
fn a_segment_is_cut_to_its_lines_before_the_next_is_begun() {
    let large = Bench::founded(Config { segment_bytes: 9_000, ..config() });
    let mut small = Bench::open_with(Config { segment_bytes: 100, ..config() }, large.disk.crash());
    assert_eq!(small.disk.read("segment-0000000000000000.jsonl").len(), 9_000);
    small.say_many("ann", 1..=1);
    assert_eq!(small.disk.crash().read("segment-0000000000000000.jsonl").len() as u64, genesis_bytes());
}

#[test]
fn mark_and_segment_have_durable_names_before_the_first_entry_is_told_of() {
    let bench = Bench::new();
    assert_eq!(bench.entries, [(0, false)], "told of, as new");
    assert_eq!(bench.disk.crash().names(""), ["durable", "segment-0000000000000000.jsonl"]);
}

/// Whoever folds entries into a view has folded it when the answer leaves.
#[test]
fn an_entry_is_told_of_before_it_is_answered() {
    let mut bench = Bench::new();
    for n in 1..=5 {
        bench.node.submit(u64::from(n), say("ann", n), 2_000);
    }
    while bench.step() {
        let (told, answered) = (bench.entries.len(), bench.replies.len());
        assert!(told > answered, "{told} entries with the genesis, {answered} answers");
    }
    assert_eq!((bench.replies.len(), bench.entries.iter().all(|(_, replayed)| !replayed)), (5, true));
}

#[test]
fn a_checkpoint_is_durable_before_anybody_sees_it() {
    let mut bench = Bench::new();
    for n in 1..=14 {
        bench.node.submit(u64::from(n), say("ann", n), 2_000);
        while bench.step() {
            if let Some(seen) = bench.checkpoints.pop() {
                assert_eq!(bench.disk.crash().read("checkpoint"), seen.as_bytes(), "{n} things were said");
            }
        }
    }
    assert_eq!(bench.disk.names("checkpoint"), ["checkpoint"]);
}

/// Of what is asked for at any moment, the last checkpoint covers all, and the last segment is no longer than its lines.
#[test]
fn whenever_a_node_is_closed_it_seals_all_that_was_submitted_and_cuts_its_segment_once() {
    for (spread, steps) in (0..16).flat_map(|spread| (0..30).map(move |steps| (spread / 2, 2 * steps + spread % 2))) {
        let mut bench = Bench::founded(Config { segment_bytes: 1 << 20, ..config() }).lazy();
        for n in 1..=7 {
            bench.node.submit(u64::from(n), say("ann", n), 2_000);
            bench.take_steps(spread);
        }
        bench.take_steps(steps);
        bench.node.close();
        bench.run();
        let sealed = |bench: &Bench| {
            let last = bench.checkpoints.last().expect("one was signed");
            Checkpoint::read_unverified(last.as_bytes()).expect("a checkpoint").size
        };
        assert_eq!(sealed(&bench), 8, "closed after {steps} steps, {spread} an entry");
        let content = bench.disk.crash().read("segment-0000000000000000.jsonl").to_vec();
        assert!(content.ends_with(b"\n"), "closed after {steps} steps, {spread} an entry: {} bytes", content.len());
        // and that was all: what comes later is an entry as any other
        let executed = bench.disk.executed;
        bench.say_many("ann", 8..=8);
        assert_eq!((sealed(&bench), bench.disk.executed - executed), (8, 3), "a write, a sync, a mark");
    }
}

#[test]
fn a_node_that_reads_its_disk_is_not_closed() {
    let mut grown = Bench::new();
    grown.say_many("ann", 1..=6);
    let mut bench = Bench::closed(config(), grown.disk.crash());
    while bench.entries.is_empty() {
        bench.node.close();
        assert!(bench.step());
    }
    bench.run();
    assert_eq!((bench.halted.as_deref(), bench.checkpoints.len()), (None, 0));
    bench.say_many("ann", 7..=7);
    assert_eq!(bench.checkpoints.len(), 1, "of eight entries, four of which were sealed before");
}

#[test]
fn a_checkpoint_comes_when_enough_is_new_or_a_snapshot_waits_for_it_and_not_before() {
    let every = Config { checkpoint_every: 10, snapshot_every: 6, ..config() };
    let mut bench = Bench::founded(every);
    let (mut said, mut snapshots) = ([0, 0], Vec::new());
    for things in [1, 9, 1, 4, 12, 1, 1, 7, 3] {
        bench.burst(&mut said, things);
        while bench.step() {
            snapshots.extend(bench.disk.names("snapshot-").iter().filter_map(|name| super::snapshots::size_of(name)));
        }
    }
    let notes = bench.checkpoints.iter().map(|note| Checkpoint::read_unverified(note.as_bytes()));
    let sizes: Vec<u64> = notes.map(|checkpoint| checkpoint.expect("a checkpoint").size).collect();
    for (before, size) in [0].iter().chain(&sizes).zip(&sizes) {
        let waited = snapshots.iter().any(|snapshot| before < snapshot && snapshot <= size);
        assert!(waited || size - before >= 10, "{size} after {before}, for {snapshots:?}");
    }
    assert!(sizes.len() > 3 && bench.node.durable().head.size == 40, "{sizes:?}");
}
