//! A repeated submission gets its first answer, wherever its line stands, and nothing else does.

use alloc::{format, string::ToString as _, vec::Vec};

use super::{Answer, Bench, Config, EchoRefusal, config, say, verified, with_snapshots};
use crate::kernel::{
    Int,
    echo::{EchoEvent, Say},
    node::Receipt,
};

fn receipt(answer: Answer<super::Echo>) -> Receipt {
    match answer {
        Answer::Accepted(receipt) => receipt,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_repeated_event_gets_its_first_answer() {
    let mut bench = Bench::new();
    bench.say_many("ann", 1..=12);
    let first = receipt(bench.say("ann", 5));
    assert!(first.repeated && first.seq == 5);
    assert_eq!(bench.disk.lines()[5], first.line);
    bench.node.submit(1, say("bob", 1), 2_000);
    bench.node.submit(2, say("bob", 1), 2_000);
    bench.run();
    let answers = bench.replies.drain(..).map(|(ticket, answer)| (ticket, receipt(answer)));
    let seqs: Vec<_> = answers.map(|(ticket, receipt)| (ticket, receipt.seq, receipt.repeated)).collect();
    assert_eq!(seqs, [(1, 13, false), (2, 13, true)]);
}

#[test]
fn another_event_in_the_slot_of_an_entry_is_refused() {
    let mut bench = Bench::new();
    bench.say_many("ann", 1..=12);
    let other = EchoEvent::Say(Say { by: "ann".to_string(), n: Int::from(5), text: "something else".to_string() });
    bench.node.submit(1, verified(&other), 2_000);
    bench.run();
    assert_eq!(bench.replies, [(1, Answer::Refused(EchoRefusal::Number))]);
}

#[test]
fn the_refusal_of_what_is_no_repeat_waits_for_what_it_was_judged_against() {
    let mut bench = Bench::new();
    bench.say_many("ann", 1..=3);
    let other = EchoEvent::Say(Say { by: "ann".to_string(), n: Int::from(2), text: "something else".to_string() });
    bench.node.submit(4, say("ann", 4), 2_000);
    bench.node.submit(5, verified(&other), 2_000);
    while bench.replies.len() < 2 {
        assert!(bench.step());
    }
    assert!(
        bench.replies[0].0 == 4 && bench.replies[1] == (5, Answer::Refused(EchoRefusal::Number)),
        "{:?}",
        bench.replies
    );
}

#[test]
fn the_answer_of_a_slot_that_was_taken_again_is_forgotten() {
    let mut bench = Bench::new();
    bench.say_many("ann", 1..=66);
    assert_eq!(bench.say("ann", 2), Answer::Refused(EchoRefusal::Number), "66 took the slot of 2");
    assert_eq!(receipt(bench.say("ann", 3)).seq, 3);
    assert_eq!(receipt(bench.say("ann", 66)).seq, 66);
}

/// Lines of all lengths in one segment that is much longer than what one read asks for.
#[test]
fn a_line_is_found_wherever_it_stands_whatever_the_others_lengths() {
    let mut bench = Bench::founded(Config { segment_bytes: 2 << 20, ..config() });
    let text = |n: u32| match n % 5 {
        0 => "x".repeat(30_000),
        1 => format!("{n}"),
        2 => "y".repeat(n as usize * 7),
        3 => "z".repeat(25_000 - n as usize * 30),
        _ => "short".to_string(),
    };
    let event = |n: u32| verified(&EchoEvent::Say(Say { by: "ann".to_string(), n: Int::from(n), text: text(n) }));
    for n in 1..=63 {
        bench.node.submit(u64::from(n), event(n), 2_000);
        bench.run();
    }
    bench.replies.clear();
    let lines = bench.disk.lines();
    assert!(lines.iter().map(Vec::len).sum::<usize>() > 1 << 20);
    for n in 1..=63 {
        let before = bench.disk.executed;
        bench.node.submit(u64::from(n), event(n), 2_000);
        bench.run();
        let found = receipt(bench.replies.pop().expect("an answer").1);
        assert_eq!((found.seq, &found.line), (u64::from(n), &lines[n as usize]));
        assert!(bench.disk.executed - before <= 8, "{} reads", bench.disk.executed - before);
    }
}

#[test]
fn a_line_that_rotted_under_a_running_node_is_not_answered() {
    for at in [0, 40, 300] {
        let mut bench = Bench::new();
        bench.say_many("ann", 1..=6);
        let start = bench.disk.lines()[0].len() + 1;
        bench.disk.file("segment-0000000000000000.jsonl")[start + at] ^= 1;
        bench.node.submit(1, say("ann", 1), 2_000);
        bench.run();
        assert!(bench.replies.is_empty(), "{:?}", bench.replies);
        assert!(bench.halted.as_ref().is_some_and(|halt| halt.contains("entry 1")), "{:?}", bench.halted);
    }
}

#[test]
fn a_whole_line_of_another_entry_in_the_place_of_this_one_is_not_answered() {
    let mut bench = Bench::founded(Config { segment_bytes: 2 << 20, ..config() });
    bench.say_many("ann", 1..=9);
    let lines = bench.disk.lines();
    let (third, fifth) = (lines[..3].iter().map(|line| line.len() + 1).sum::<usize>(), lines[5].clone());
    assert_eq!(lines[3].len(), fifth.len());
    bench.disk.file("segment-0000000000000000.jsonl")[third..third + fifth.len()].copy_from_slice(&fifth);
    bench.node.submit(1, say("ann", 3), 2_000);
    bench.run();
    assert!(bench.replies.is_empty() && bench.halted.is_some(), "{:?}", bench.replies);
}

#[test]
fn repeats_are_known_after_a_restart_from_lines_or_from_a_snapshot() {
    for config in [config(), with_snapshots()] {
        let mut bench = Bench::founded(config.clone());
        bench.say_many("ann", 1..=30);
        bench.say_many("bob", 1..=3);
        let mut after = Bench::open_with(config.clone(), bench.disk.crash());
        assert_eq!(after.entries.len() < 30, config.snapshot_every == 4, "{:?}", after.entries);
        for n in 1..=30 {
            let receipt = receipt(after.say("ann", n));
            assert_eq!((receipt.seq, receipt.repeated), (u64::from(n), true));
        }
        assert_eq!(receipt(after.say("bob", 2)).seq, 32);
        assert_eq!(after.say("bob", 5), Answer::Refused(EchoRefusal::Number));
    }
}

/// Whoever sends the same again and again has the disk searched each time: no more often at once than answers may be held back.
#[test]
fn no_more_is_looked_for_than_answers_may_be_held_back() {
    let mut bench = Bench::founded(Config { waiting_max: 4, ..config() });
    bench.say_many("ann", 1..=12);
    (1..=9).for_each(|ticket| bench.node.submit(ticket, say("ann", 5), 2_000));
    bench.run();
    let busy = bench.replies.iter().filter(|(_, answer)| *answer == Answer::Busy).count();
    assert_eq!((bench.replies.len(), busy, bench.acknowledged().len()), (9, 5, 4));
    bench.replies.clear();
    assert!(receipt(bench.say("ann", 6)).repeated, "and then there is room again");
}
