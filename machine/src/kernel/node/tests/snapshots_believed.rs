//! When snapshots are taken, and what of them is believed at its bounds: cadence, places, receipts, keys that have to be escaped, and
//! what a crash between two of them leaves.

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use super::{
    Bench, Config, Disk, Int, key, replayed,
    snapshots::{chain, discards, forged, grown},
    verified, with_snapshots,
};
use crate::kernel::{
    echo::{EchoEvent, Say},
    files::FileOp,
    node::{Output, snapshot::Name},
    note::Checkpoint,
    table::state_root,
};

/// Runs a bench to rest; gives the snapshots that were given their names meanwhile.
fn named(bench: &mut Bench) -> Vec<Name> {
    let mut names = Vec::new();
    while let Some(output) = bench.node.poll() {
        if let Output::File(request) = output {
            if let FileOp::Rename { to, .. } = &request.op {
                names.extend(Name::parse(to));
            }
            let result = bench.disk.execute(&request.op);
            bench.node.completed(request.id, result);
        }
    }
    names
}

/// A root every 2 entries, a snapshot every 4: at the first entry with a root that is 4 behind the last one; and each is there at
/// once, without a further entry.
#[test]
fn a_snapshot_is_taken_at_the_first_rooted_entry_that_is_far_enough_behind_the_last_one() {
    let mut bench = Bench::founded(with_snapshots());
    for n in 1..=21 {
        bench.node.submit(0, super::say("ann", n), 2_000);
        let size = u64::from(n) + 1;
        let base = [None, Some(5), Some(9)][(size as usize / 4 + 2) % 3];
        let expected =
            if size % 4 == 1 { Vec::from([Name { size, base: base.map(|_| size - 4) }]) } else { Vec::new() };
        assert_eq!(named(&mut bench), expected, "{size} entries");
    }
    for (snapshot_every, first) in [(5, 5), (6, 7), (7, 7)] {
        let mut bench = Bench::founded(Config { snapshot_every, ..with_snapshots() });
        (1..=9).for_each(|n| bench.node.submit(0, super::say("ann", n), 2_000));
        assert_eq!(named(&mut bench).first().map(|name| name.size), Some(first), "every {snapshot_every}");
    }
}

/// Bursts that are much longer than the distance of two snapshots: one at a time, and none lacks what happened meanwhile.
#[test]
fn a_snapshot_is_taken_only_once_the_one_before_it_is_written() {
    let mut bench = Bench::founded(Config { slice_bytes: 100, ..with_snapshots() });
    let mut said = [0; 30];
    for things in [30, 1, 9, 25, 3, 1, 14, 40, 2, 2] {
        bench.burst(&mut said, things);
        bench.take_steps(7);
    }
    bench.run();
    assert_eq!(bench.halted, None);
    let newest = chain(&bench.disk).pop().expect("a snapshot");
    let after = Bench::open_with(with_snapshots(), bench.disk.crash());
    assert_eq!(after.entries.first().map_or(newest.size, |(seq, _)| *seq), newest.size, "the newest is used");
    assert_eq!(after.node.durable().head, bench.node.durable().head);
}

/// Speakers in turn, so that nobody else in a snapshot touches the row of its last entry.
#[test]
fn a_snapshot_holds_what_its_own_entry_changed() {
    let mut bench = grown(with_snapshots());
    let mut lying_on_others = 0;
    for speaker in 10..36 {
        let answer = bench.say(&format!("s{speaker}"), 2);
        assert!(matches!(answer, super::Answer::Accepted(_)));
        let newest = newest(&bench.disk);
        let after = Bench::open_with(with_snapshots(), bench.disk.crash());
        let first = after.entries.first().map_or(bench.node.durable().head.size, |(seq, _)| *seq);
        assert_eq!((after.halted, first), (None, newest.size), "speaker {speaker}");
        lying_on_others += usize::from(newest.base.is_some());
    }
    assert!(lying_on_others > 6, "{lying_on_others} starts from a chain");
}

/// Once there is a snapshot, no crash leaves a directory without one that can be used, also while a whole one replaces a chain.
#[test]
fn whenever_the_power_fails_there_is_a_snapshot_to_go_on_from() {
    let mut bench = Bench::founded(with_snapshots());
    let mut steps = 0;
    for n in 1..=40 {
        bench.node.submit(0, super::say("ann", n), 2_000);
        while bench.step() {
            steps += 1;
            if n > 6 {
                let after = Bench::open_with(with_snapshots(), bench.disk.crash());
                let first = after.entries.first().map(|(seq, _)| *seq);
                assert!(after.halted.is_none() && first != Some(0), "after {n} entries, step {steps}");
            }
        }
    }
    assert!(chain(&bench.disk)[0].size > 9, "whole ones were written anew");
}

/// Names that JSON has to escape, one at the end of a key, and one that ends in a backslash.
#[test]
fn rows_whose_keys_are_escaped_are_read_back() {
    let speakers = [
        "\"",
        "\\",
        "a\"b",
        "a\\",
        "\\\"",
        "\\\\",
        "a\\\\\"",
        "\n",
        "\u{1f}",
        "\u{7f}",
        "\u{e9}\u{1f600}",
        "",
        "],[",
        "\",\"",
    ];
    let mut bench = Bench::founded(with_snapshots());
    for n in 1..=4 {
        for by in speakers {
            let say = Say { by: by.to_string(), n: Int::from(n), text: format!("{by} {n}") };
            bench.node.submit(0, verified(&EchoEvent::Say(say)), 2_000);
            bench.run();
        }
    }
    let after = Bench::open_with(with_snapshots(), bench.disk.crash());
    let replayed_from = after.entries.first().map_or(57, |(seq, _)| *seq);
    assert_eq!((after.halted.as_deref(), replayed_from), (None, newest(&bench.disk).size));
    let roots =
        [after.node.durable(), &replayed(&bench.disk.lines())].map(|ledger| state_root(&mut ledger.state.clone()));
    assert_eq!(roots[0], roots[1]);
}

fn newest(disk: &Disk) -> Name {
    chain(disk).pop().expect("a snapshot")
}

/// The lines of a snapshot file, changed.
fn with_lines(disk: &Disk, name: Name, change: impl FnOnce(&mut Vec<String>)) -> Disk {
    let text = String::from_utf8(disk.read(&name.file()).to_vec()).expect("text");
    let mut lines: Vec<String> = text.lines().map(|line| format!("{line}\n")).collect();
    change(&mut lines);
    let mut changed = disk.clone();
    changed.put(&name.file(), lines.concat().into_bytes());
    changed
}

#[test]
fn a_row_in_another_place_is_not_taken() {
    let disk = grown(with_snapshots()).disk.settle();
    for digit in 0..16 {
        let moved = with_lines(&disk, newest(&disk), |lines| {
            let row = lines.iter().rposition(|line| line.starts_with("[\"")).expect("a row");
            let old = lines[row].as_bytes()[2 + digit];
            let new = if old == b'f' { "e" } else { "f" };
            lines[row].replace_range(2 + digit..3 + digit, new);
        });
        discards(moved, newest(&disk), &format!("digit {digit}"));
    }
}

#[test]
fn rows_out_of_order_or_twice_are_not_taken() {
    let disk = grown(with_snapshots()).disk.settle();
    let rows = |lines: &[String]| lines.iter().rposition(|line| line.starts_with("[\"")).expect("a row");
    let swapped = with_lines(&disk, newest(&disk), |lines| {
        let last = rows(lines);
        assert!(lines[last - 1].starts_with("[\""), "two rows: {lines:?}");
        lines.swap(last - 1, last);
    });
    discards(swapped, newest(&disk), "two rows swapped");
    for foot in [0, 1] {
        let twice = with_lines(&disk, newest(&disk), |lines| {
            let last = rows(lines);
            let row = lines[last].clone();
            lines.insert(last, row);
            count_rows(lines, foot);
        });
        discards(twice, newest(&disk), "a row twice");
    }
}

/// Adds to the number of rows in a snapshot's foot.
fn count_rows(lines: &mut [String], more: u64) {
    let foot = lines.last_mut().expect("a foot");
    let (before, count) = foot.trim_end_matches("}\n").rsplit_once(':').expect("a number");
    *foot = format!("{before}:{}}}\n", count.parse::<u64>().expect("a number") + more);
}

#[test]
fn a_foot_with_another_number_of_rows_is_not_taken() {
    let disk = grown(with_snapshots()).disk.settle();
    discards(with_lines(&disk, newest(&disk), |lines| count_rows(lines, 1)), newest(&disk), "one more");
}

/// Receipts of entries up to the snapshot's last one, whose number is one below its size.
#[test]
fn a_receipt_of_the_entry_behind_a_snapshot_is_not_taken() {
    let disk = grown(with_snapshots()).disk.settle();
    let name = newest(&disk);
    for (seq, taken) in [(name.size - 1, true), (name.size, false)] {
        let change = |line: &str| {
            let digits = line.strip_prefix("{\"lanes\":\"")?.strip_suffix("\"}")?;
            Some(format!("{{\"lanes\":\"{}{seq:014x}\"}}", &digits[..digits.len() - 14]))
        };
        let changed = forged(&disk, name, change);
        if taken {
            let after = Bench::open_with(with_snapshots(), changed);
            assert_eq!(after.entries.first().map(|(seq, _)| *seq), Some(name.size), "nothing says that it is wrong");
        } else {
            discards(changed, name, "a receipt of the next entry");
        }
    }
}

/// A snapshot that lies on one that is not there, or above every checkpoint, is of no use, and goes.
#[test]
fn a_snapshot_that_cannot_be_used_is_removed_once_another_one_is() {
    let disk = grown(with_snapshots()).disk.settle();
    let (name, content) = (newest(&disk), disk.read(&newest(&disk).file()).to_vec());
    let sealed = Checkpoint::read_unverified(disk.read("checkpoint")).expect("a checkpoint").size;
    for useless in [Name { size: name.size + 1, base: Some(name.size - 1) }, Name { size: sealed + 1, base: None }] {
        let mut more = disk.clone();
        more.put(&useless.file(), content.clone());
        let after = Bench::open_with(with_snapshots(), more);
        assert_eq!(after.entries.first().map(|(seq, _)| *seq), Some(name.size), "{useless:?}");
        assert_eq!(chain(&after.disk), chain(&disk), "{useless:?}");
    }
}

/// A crash came between the name of a whole snapshot and the removal of the chain before it.
#[test]
fn a_chain_that_was_replaced_is_removed_at_the_next_start() {
    let mut bench = Bench::founded(with_snapshots());
    bench.say_many("ann", 1..=12);
    let old = chain(&bench.disk);
    let contents: Vec<_> = old.iter().map(|name| (name.file(), bench.disk.read(&name.file()).to_vec())).collect();
    bench.say_many("ann", 13..=16);
    let new = chain(&bench.disk);
    assert!(new.iter().all(|name| name.size > 13) && old.len() == 3, "{old:?} and {new:?}");
    let mut disk = bench.disk.settle();
    contents.into_iter().for_each(|(file, content)| disk.put(&file, content));
    assert_eq!(chain(&Bench::open_with(with_snapshots(), disk).disk), new);
}

/// The snapshot is of just as many entries as the checkpoint, which another of the node's keys signed, and not the one in force.
#[test]
fn a_checkpoint_of_a_key_that_is_not_in_force_is_noticed_also_behind_a_snapshot() {
    let mut bench = Bench::founded(with_snapshots());
    bench.say_many("ann", 1..=8);
    let mut disk = bench.disk.settle();
    let checkpoint = Checkpoint::read_unverified(disk.read("checkpoint")).expect("a checkpoint");
    assert_eq!(checkpoint.size, newest(&disk).size);
    disk.put("checkpoint", checkpoint.sign(&key(9)).expect("a name that can sign").into_bytes());
    let log_keys = Vec::from([key(9), key(3)]);
    for config in [with_snapshots(), Config { snapshot_every: 0, ..with_snapshots() }] {
        let after = Bench::open_with(Config { log_keys: log_keys.clone(), ..config }, disk.clone());
        assert!(after.halted.as_ref().is_some_and(|halt| halt.contains("no valid signature")), "{:?}", after.halted);
    }
}
