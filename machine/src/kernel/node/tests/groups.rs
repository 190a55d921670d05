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
    let mut bench = Bench::of(Node::open(config(), other, &Disk::default().listing()), Disk::default());
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
