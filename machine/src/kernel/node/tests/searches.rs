//! Finding the line of a repeat: where the search may look, how long it takes, and what it makes of a segment that changed under it.

use alloc::{format, string::ToString as _, vec::Vec};

use super::{Answer, Bench, Config, EchoRefusal, config, say, verified};
use crate::kernel::{
    Verified,
    echo::{EchoEvent, Say},
    node::Output,
};

fn long(by: &str, n: u32, text: usize) -> Verified<EchoEvent> {
    verified(&EchoEvent::Say(Say { by: by.to_string(), n: n.into(), text: "x".repeat(text) }))
}

/// One segment, however long.
fn large() -> Config {
    Config { segment_bytes: 64 << 20, ..config() }
}

/// A repeat's answer, and how many operations it took.
fn repeated(bench: &mut Bench, event: Verified<EchoEvent>) -> (u64, Vec<u8>, usize) {
    let before = bench.disk.executed;
    bench.node.submit(1, event, 2_000);
    bench.run();
    match bench.replies.pop().map(|(_, answer)| answer) {
        Some(Answer::Accepted(receipt)) if receipt.repeated => {
            (receipt.seq, receipt.line, bench.disk.executed - before)
        }
        other => panic!("{other:?}, {:?}", bench.halted),
    }
}

/// Guessing by numbers alone would creep through the long lines, two a read.
#[test]
fn a_search_takes_few_reads_however_lengths_are_spread() {
    let mut bench = Bench::founded(large());
    (1..=60).for_each(|n| bench.node.submit(0, long("long", n, 32_000), 2_000));
    (1..=3_000).for_each(|n| bench.node.submit(0, say("short", n), 2_000));
    bench.run();
    let lines = bench.disk.lines();
    for n in [1, 30, 59, 60] {
        let (seq, line, reads) = repeated(&mut bench, long("long", n, 32_000));
        assert!((seq, &line) == (u64::from(n), &lines[n as usize]) && reads <= 14, "{seq} after {reads} reads");
    }
}

/// The group that is being written lies behind the line, and is much longer than all before it.
#[test]
fn a_line_is_found_while_a_large_group_is_written_behind_it() {
    let mut bench = Bench::founded(large());
    bench.say_many("ann", 1..=3);
    (1..=60).for_each(|n| bench.node.submit(0, long("bob", n, 30_000), 2_000));
    // the first of them is being written; the others are, once it is durable
    while bench.node.durable().head.size < 5 {
        assert!(bench.step());
    }
    (61..=62).for_each(|n| bench.node.submit(0, long("bob", n, 30_000), 2_000));
    assert_eq!((bench.node.durable().head.size, bench.node.applied().head.size), (5, 66));
    bench.replies.clear();
    bench.node.submit(7, say("ann", 3), 2_000);
    bench.run();
    let found = bench.replies.iter().find(|(ticket, _)| *ticket == 7);
    assert!(matches!(found, Some((_, Answer::Accepted(receipt))) if receipt.seq == 3), "{:?}", bench.halted);
}

/// It was judged against more than is durable, though what it is compared with was durable long ago.
#[test]
fn the_refusal_of_what_is_no_repeat_waits_also_for_what_is_queued() {
    let mut bench = Bench::new().lazy();
    bench.say_many("ann", 1..=3);
    let other = long("ann", 2, 1);
    (4..=6).for_each(|n| bench.node.submit(u64::from(n), say("ann", n), 2_000));
    bench.node.submit(9, other, 2_000);
    let mut durable = 0;
    while !bench.replies.iter().any(|(ticket, _)| *ticket == 9) {
        durable = bench.node.durable().head.size;
        assert!(bench.step());
    }
    assert_eq!((durable, bench.replies.last()), (7, Some(&(9, Answer::Refused(EchoRefusal::Number)))));
}

/// Two segments, the second of entries 3 to 6, and where each of its lines begins.
fn two_segments() -> (Bench, &'static str, Vec<usize>) {
    let mut bench = Bench::founded(Config { segment_bytes: 1_300, ..config() });
    bench.say_many("ann", 1..=9);
    let (name, lines) = ("segment-0000000000000003.jsonl", bench.disk.lines());
    assert_eq!(bench.disk.names("segment-")[1], name);
    let mut starts = Vec::from([0]);
    starts.extend(lines[3..].iter().scan(0, |at, line| {
        *at += line.len() + 1;
        Some(*at)
    }));
    (bench, name, starts)
}

/// Says of a search what it halted with: it must neither answer nor stop otherwise.
fn halted(mut bench: Bench, n: u32) -> alloc::string::String {
    bench.replies.clear();
    bench.node.submit(1, say("ann", n), 2_000);
    bench.run();
    assert!(bench.replies.is_empty(), "{:?}", bench.replies);
    bench.halted.expect("stops")
}

#[test]
fn a_line_of_another_segment_in_the_place_of_this_ones_first_is_not_passed_over() {
    for (foreign, n) in [(1, 5), (1, 3), (7, 4), (9, 5)] {
        let (mut bench, name, _) = two_segments();
        let line = bench.disk.lines()[foreign].clone();
        assert_eq!(line.len(), bench.disk.lines()[3].len());
        bench.disk.file(name)[..line.len()].copy_from_slice(&line);
        let halted = halted(bench, n);
        let reason = format!("entry {n}: entry {foreign} stands here");
        assert!(halted.contains(&reason), "{halted}");
    }
}

#[test]
fn a_lines_end_that_rotted_is_no_reason_to_answer_the_line_behind_or_to_search_for_ever() {
    for (end, n) in [(1, 3), (1, 4), (1, 5), (2, 4), (2, 5), (2, 6), (4, 6)] {
        let (mut bench, name, starts) = two_segments();
        bench.disk.file(name)[starts[end] - 1] = b' ';
        let halted = halted(bench, n);
        assert!(halted.contains(name), "the end of line {end}, entry {n}: {halted}");
        assert_eq!(halted.contains("the line is missing"), (end, n) == (2, 6), "{halted}");
    }
}

/// What a search finds out of order: whole lines, and more of them than the segment's name and the next one's leave room for.
#[test]
fn a_segment_that_was_cut_under_a_running_node_stops_the_search() {
    let (mut bench, name, starts) = two_segments();
    bench.disk.file(name).truncate(starts[1]);
    let halted = halted(bench, 5);
    assert!(halted.contains("entry 5"), "{halted}");
}

#[test]
fn a_search_is_told_of_before_it_ends_only_by_its_reads() {
    let mut bench = Bench::new();
    bench.say_many("ann", 1..=6);
    bench.node.submit(1, say("ann", 2), 2_000);
    let outputs: Vec<_> = core::iter::from_fn(|| bench.node.poll()).collect();
    assert!(matches!(outputs.as_slice(), [Output::File(_)]), "{outputs:?}");
}
