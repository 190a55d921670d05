//! One operation fails, or the power fails between two: nothing acknowledged is lost, nothing good is destroyed, and after a halt
//! nothing leaves, whether the driver keeps to the contract or goes on executing.

use alloc::{string::ToString as _, vec::Vec};

use super::{Answer, Bench, Disk, Done, Left, replayed, say, with_snapshots};
use crate::kernel::node::{Config, Halt};

/// A driver's day: a founding, bursts that queue deeper than a group, an hour of quiet, a close.
fn day(bench: &mut Bench) {
    bench.run();
    if bench.node.applied().head.size == 0 {
        bench.node.found(super::genesis(), 1_000);
        bench.run();
    }
    let mut said = [0, 0, 0];
    for things in [1, 7, 1, 1, 5, 1, 2, 1, 1, 1] {
        bench.burst(&mut said, things);
        // some of it is under way when the next comes, or nothing
        for _ in 0..8 * things {
            bench.step();
        }
    }
    bench.run();
    bench.node.close();
    bench.run();
}

fn small() -> Config {
    Config { segment_bytes: 1_000, ..with_snapshots() }
}

fn fresh(disk: Disk, careless: bool) -> Bench {
    Bench { careless, ..Bench::closed(small(), disk) }
}

/// Everything that was acknowledged is there after a restart on this disk, and the ledger goes on and replays.
fn survives(acknowledged: &[(u64, Vec<u8>)], disk: Disk, what: &dyn Fn() -> alloc::string::String) {
    let mut bench = fresh(disk, false);
    bench.run();
    assert_eq!(bench.halted, None, "{}", what());
    let lines = bench.disk.lines();
    for (seq, line) in acknowledged {
        assert_eq!(lines.get(*seq as usize), Some(line), "entry {seq}: {}", what());
    }
    assert_eq!(replayed(&lines).head, bench.node.durable().head, "{}", what());
    if bench.node.durable().head.size == 0 {
        assert!(bench.node.found(super::genesis(), 1_000), "{}", what());
        bench.run();
    }
    assert!(matches!(bench.say("later", 1), Answer::Accepted(_)), "{}", what());
    let head = bench.node.durable().head.clone();
    let mut last = fresh(bench.disk.crash(), false);
    last.run();
    assert_eq!((last.halted, &last.node.durable().head), (None, &head), "{}", what());
}

fn lefts(seed: u64) -> [Left; 4] {
    [Left::Nothing, Left::Everything, Left::Some(seed), Left::Some(seed + 1_000)]
}

#[test]
fn whichever_operation_fails_nothing_acknowledged_is_lost_and_nothing_leaves_after_the_halt() {
    let mut whole = fresh(Disk::default(), false);
    day(&mut whole);
    let operations = whole.disk.executed;
    assert_eq!((whole.halted.as_deref(), whole.node.durable().head.size), (None, 22));
    assert!(operations > 80 && !whole.disk.names("snapshot-").is_empty(), "{operations} operations");
    for at in 0..operations {
        let ways = [(Done::Yes, false), (Done::No, true), (Done::No, false), (Done::Yes, true)];
        for (done, careless) in [ways[at % 2], ways[at % 2 + 2]] {
            let disk = Disk::default().failing(at, done);
            let mut bench = fresh(disk, careless);
            day(&mut bench);
            let what = || alloc::format!("operation {at} fails, done: {done:?}, careless: {careless}");
            assert!(bench.halted.as_ref().is_some_and(|halt| halt.contains("the disk failed")), "{}", what());
            let (replies, acknowledged) = (bench.replies.len(), bench.acknowledged());
            bench.node.submit(99, say("after", 1), 2_000);
            bench.node.close();
            bench.run();
            assert_eq!(bench.replies.len(), replies, "{}", what());
            let left = lefts(at as u64)[(at / 2 + usize::from(careless)) % 4];
            survives(&acknowledged, bench.disk.crash_to(left), &what);
        }
    }
}

#[test]
fn whenever_the_power_fails_nothing_acknowledged_is_lost() {
    for lazy in [false, true] {
        let mut bench = Bench { lazy, ..fresh(Disk::default(), false) };
        bench.run();
        bench.node.found(super::genesis(), 1_000);
        let (mut said, mut steps) = ([0, 0, 0], 0_u64);
        for things in [1, 7, 1, 1, 5, 1] {
            bench.burst(&mut said, things);
            while bench.step() {
                steps += 1;
                let left = lefts(steps)[(steps % 4) as usize];
                let what = || alloc::format!("the power fails after {steps} outputs, {left:?} is left, lazy: {lazy}");
                survives(&bench.acknowledged(), bench.disk.crash_to(left), &what);
            }
        }
        assert!(steps > 100, "{steps} outputs");
    }
}

/// The start itself fails or loses power at each of its operations, with something torn to set aside.
#[test]
fn a_start_that_fails_or_is_cut_off_anywhere_leaves_all_that_the_next_one_needs() {
    let mut grown = fresh(Disk::default(), false);
    grown.run();
    grown.node.found(super::genesis(), 1_000);
    grown.run();
    let mut said = [0, 0, 0];
    grown.burst(&mut said, 21);
    grown.run();
    let acknowledged = grown.acknowledged();
    let mut torn = grown.disk.settle();
    let name = torn.names("segment-").pop().expect("a segment");
    let content = [torn.read(&name), b"{\"at\":2000,\"delta\":\"torn"].concat();
    torn.put(&name, content);
    let mut whole = fresh(torn.clone(), false);
    whole.run();
    assert_eq!((whole.halted, whole.torn.len()), (None, 1));
    for at in 0..whole.disk.executed {
        let ways = [(Done::Yes, false), (Done::No, true), (Done::No, false), (Done::Yes, true)];
        for (done, careless) in [ways[at % 2], ways[at % 2 + 2]] {
            let mut bench = fresh(torn.clone().failing(at, done), careless);
            bench.run();
            let what = || alloc::format!("operation {at} of the start fails, done: {done:?}, careless: {careless}");
            assert!(bench.halted.is_some(), "{}", what());
            for left in lefts(at as u64) {
                let disk = bench.disk.crash_to(left);
                let copied: usize = disk.names("torn-").iter().map(|name| disk.read(name).len()).max().unwrap_or(0);
                let there = disk.names("segment-").iter().any(|name| disk.read(name).ends_with(b"torn"));
                assert!(there || copied >= 24, "what was torn is in its place, or in its copy: {}", what());
                survives(&acknowledged, disk, &what);
            }
        }
    }
}

/// After a failure the process starts again, without a power cut: what it reads then, the disk may never have got. Then the power fails.
#[test]
fn what_a_process_finds_after_a_failed_operation_is_made_durable_before_it_is_built_on() {
    let mut whole = Bench { lazy: true, ..fresh(Disk::default(), false) };
    day(&mut whole);
    assert_eq!((whole.halted.as_deref(), whole.node.durable().head.size), (None, 22));
    for at in 0..whole.disk.executed {
        for done in [Done::Yes, Done::No] {
            let mut bench = Bench { lazy: true, ..fresh(Disk::default().failing(at, done), false) };
            day(&mut bench);
            let acknowledged = bench.acknowledged();
            survives(&acknowledged, bench.disk, &|| alloc::format!("operation {at} fails, done: {done:?}"));
        }
    }
}

/// There is no space for the new checkpoint: the old one is what the next start needs.
#[test]
fn a_checkpoint_that_cannot_be_written_does_not_replace_the_one_before() {
    let mut bench = Bench::new();
    bench.say_many("ann", 1..=4);
    let old = bench.disk.file("checkpoint").clone();
    bench.careless = true;
    let mut created = None;
    for n in 5..=8 {
        bench.node.submit(u64::from(n), say("ann", n), 2_000);
        while created.is_none() {
            let Some(output) = bench.node.poll() else { break };
            if let super::Output::File(request) = output {
                let is_new = request.op
                    == crate::kernel::files::FileOp::Create {
                        file: "checkpoint.new".to_string(),
                        len: old.len() as u64,
                    };
                if is_new {
                    let next = bench.disk.executed;
                    bench.disk = core::mem::take(&mut bench.disk).failing(next, Done::No);
                    created = Some(request.id);
                }
                let result = bench.disk.execute(&request.op);
                bench.node.completed(request.id, result);
            }
        }
    }
    assert!(created.is_some(), "a second checkpoint was due");
    bench.run();
    assert!(bench.halted.is_some());
    assert_eq!(*bench.disk.file("checkpoint"), old);
    assert_eq!(Bench::open(bench.disk.settle()).halted, None);
}

#[test]
fn a_failed_sync_halts_and_answers_nothing() {
    let mut bench = Bench::new();
    bench.disk.fail_syncs = true;
    bench.node.submit(1, say("ann", 1), 2_000);
    bench.run();
    assert!(bench.replies.is_empty());
    assert_eq!(
        bench.halted.as_deref(),
        Some(
            "halted at segment-0000000000000000.jsonl, byte 0, entry 1: sync segment-0000000000000000.jsonl: the disk failed"
        )
    );
    bench.node.submit(2, say("ann", 1), 2_000);
    bench.run();
    assert!(bench.replies.is_empty(), "after a halt nothing leaves: whoever drives the node answers");
    assert!(!bench.node.found(super::genesis(), 5));
}

#[test]
fn a_driver_can_halt_a_node_once_and_what_was_queued_is_gone() {
    let mut bench = Bench::new();
    bench.node.submit(1, say("ann", 1), 2_000);
    let halt = |reason: &str| Halt { file: "blob".to_string(), offset: 0, seq: 0, reason: reason.to_string() };
    bench.node.halt(halt("no space"));
    bench.node.halt(halt("a second reason"));
    bench.run();
    assert_eq!(bench.halted.as_deref(), Some("halted at blob, byte 0, entry 0: no space"));
    assert!(bench.node.poll().is_none() && bench.replies.is_empty());
    assert_eq!(bench.disk.lines().len(), 1, "the write that was queued never left");
}

#[test]
fn what_was_under_way_when_a_node_halted_may_still_complete() {
    let mut bench = Bench::new();
    bench.node.submit(1, say("ann", 1), 2_000);
    let Some(super::Output::File(write)) = bench.node.poll() else { panic!("a write") };
    let Some(super::Output::File(sync)) = bench.node.poll() else { panic!("a sync") };
    bench.node.submit(2, say("ann", 2), 2_000);
    bench.node.halt(Halt { file: "blob".to_string(), offset: 0, seq: 0, reason: "no space".to_string() });
    for operation in [write, sync] {
        assert!(!bench.node.idle(), "{:?} is under way", operation.op);
        bench.node.completed(operation.id, Ok(Vec::new()));
    }
    bench.run();
    assert!(bench.halted.is_some() && bench.replies.is_empty() && bench.entries == [(0, false)]);
    assert!(bench.node.idle(), "what was queued is gone");
}

#[test]
#[should_panic(expected = "bug: operation 0 is reported as complete")]
fn a_completion_that_comes_twice_is_a_bug() {
    let mut bench = Bench::new();
    bench.node.completed(0, Ok(Vec::new()));
}

#[test]
#[should_panic(expected = "is reported as complete, and")]
fn a_completion_out_of_order_is_a_bug() {
    let mut bench = Bench::new();
    bench.node.submit(1, say("ann", 1), 2_000);
    let ids: Vec<_> = core::iter::from_fn(|| bench.node.poll())
        .filter_map(|output| if let super::Output::File(request) = output { Some(request.id) } else { None })
        .collect();
    bench.node.completed(ids[1], Ok(Vec::new()));
}

#[test]
#[should_panic(expected = "is reported as complete, and")]
fn a_completion_of_what_was_not_given_yet_is_a_bug() {
    let mut bench = Bench::new();
    let next = bench.disk.executed as u64;
    bench.node.submit(1, say("ann", 1), 2_000);
    bench.node.completed(next, Ok(Vec::new()));
}
