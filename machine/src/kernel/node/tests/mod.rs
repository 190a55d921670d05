//! A node over a small disk that can lose what was not synced: group commit, recovery, repeats, checkpoints, snapshots.

mod disk;
mod recovery;

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use disk::Disk;
use ed25519_dalek::SigningKey;

use super::{Answer, Config, Node, Output, Ticket};
use crate::kernel::{
    Digest, Int, Parsed, PublicKey, Verified,
    echo::{Echo, Event, Genesis, Refusal, Say, Unsigned},
    entry::Ledger,
    note::{Checkpoint, NoteKey},
};

fn key() -> SigningKey {
    SigningKey::from_bytes(&[3; 32])
}

fn config() -> Config {
    Config { segment_bytes: 1500, read_bytes: 700, checkpoint_every: 4, log_keys: [key()].into(), ..Config::default() }
}

fn genesis() -> Event {
    let log_key = PublicKey(key().verifying_key().to_bytes());
    Event::Genesis(Genesis { log_key, origin: "echo.example".to_string(), state_every: Int::from(2) })
}

fn say(by: &str, n: u32) -> Verified<Event> {
    let event = Event::Say(Say { by: by.to_string(), n: Int::from(n), text: format!("{by} says {n}") });
    verified(&event)
}

fn verified(event: &Event) -> Verified<Event> {
    let parsed = Parsed::new::<Echo>(event, ORIGIN).expect("an event that can be read");
    Verified::by(&verifier(), parsed).expect("a toy takes everything")
}

fn verifier() -> Unsigned {
    Unsigned { origin: ORIGIN.to_string() }
}

const ORIGIN: &str = "echo.example";

/// A node on a disk, and what it let out so far.
struct Bench {
    node: Node<Echo, Unsigned>,
    disk: Disk,
    replies: Vec<(Ticket, Answer<Echo>)>,
    entries: Vec<(u64, bool)>,
    checkpoints: Vec<String>,
    torn: Vec<String>,
    halted: Option<String>,
}

impl Bench {
    fn new() -> Self {
        let mut bench = Self::open(Disk::default());
        assert!(bench.node.found(verified(&genesis()), 1_000));
        bench.run();
        bench
    }

    fn open(disk: Disk) -> Self {
        Self::open_with(config(), disk)
    }

    fn open_with(config: Config, disk: Disk) -> Self {
        let mut bench = Self::closed_with(config, disk);
        bench.run();
        bench
    }

    /// A node that has not begun to read its disk.
    fn closed(disk: Disk) -> Self {
        Self::closed_with(config(), disk)
    }

    fn closed_with(config: Config, disk: Disk) -> Self {
        let node = Node::open(config, verifier(), &disk.listing());
        let (replies, entries, checkpoints, torn) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { node, disk, replies, entries, checkpoints, torn, halted: None }
    }

    /// Takes one output, executing it if it is an operation; false if there is none.
    fn step(&mut self) -> bool {
        match self.node.poll() {
            None => return false,
            Some(Output::File(request)) => {
                let result = self.disk.execute(&request.op);
                self.node.completed(request.id, result);
            }
            Some(Output::Reply(ticket, answer)) => self.replies.push((ticket, answer)),
            Some(Output::Entry { entry, replayed }) => self.entries.push((entry.stamp.seq, replayed)),
            Some(Output::Checkpoint(note)) => self.checkpoints.push(note),
            Some(Output::Ready { torn }) => self.torn.extend(torn.map(|torn| torn.reason)),
            Some(Output::Halted(halt)) => self.halted = Some(halt.to_string()),
        }
        true
    }

    fn run(&mut self) {
        while self.step() {}
    }

    fn say(&mut self, by: &str, n: u32) -> Answer<Echo> {
        self.node.submit(u64::from(n), say(by, n), 2_000);
        self.run();
        self.replies.pop().expect("an answer").1
    }

    fn say_many(&mut self, by: &str, numbers: core::ops::RangeInclusive<u32>) {
        for n in numbers {
            assert!(matches!(self.say(by, n), Answer::Accepted(_)), "{by} {n}");
        }
    }

    /// Cuts the power: what was not synced is gone; the node starts again on what is left.
    fn crash(self) -> Self {
        Self::open(self.disk.crash())
    }
}

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
        (8, Answer::Refused(Refusal::Number)),
        "judged against the entry before: waited for it"
    );
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
fn a_repeated_event_gets_its_first_answer() {
    let mut bench = Bench::new();
    bench.say_many("ann", 1..=12);
    let Answer::Accepted(first) = bench.say("ann", 5) else { panic!("a repeat is accepted") };
    assert!(first.repeated && first.seq == 5);
    assert_eq!(bench.disk.lines()[5], first.line);
    bench.node.submit(1, say("bob", 1), 2_000);
    bench.node.submit(2, say("bob", 1), 2_000);
    bench.run();
    let seqs: Vec<_> = bench
        .replies
        .iter()
        .map(|(ticket, answer)| match answer {
            Answer::Accepted(receipt) => (*ticket, receipt.seq, receipt.repeated),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(seqs, [(1, 13, false), (2, 13, true)]);
}

#[test]
fn every_line_replays_to_the_same_bytes_and_the_last_checkpoint_signs_them() {
    let mut bench = Bench::new();
    bench.say_many("ann", 1..=11);
    bench.node.close();
    bench.run();
    let mut ledger = Ledger::<Echo>::default();
    for line in bench.disk.lines() {
        ledger.replay(&line).expect("verifies");
    }
    let public = NoteKey::of("echo.example", &key()).expect("a name");
    let last = Checkpoint::open(bench.checkpoints.last().expect("one was signed"), &public).expect("it verifies");
    assert_eq!((last.size, last.root), (12, ledger.head.tree.root()));
    assert!(
        bench.disk.listing().iter().filter(|(name, _)| name.starts_with("segment-")).count() > 2,
        "segments rotate"
    );
    assert!(bench.disk.lines().iter().all(|line| !line.contains(&0)), "a closed ledger is cut to its length");
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
    assert_eq!(bench.replies, [(2, Answer::Unavailable)]);
}

#[test]
fn a_ledger_that_was_not_founded_judges_nothing() {
    let mut bench = Bench::open(Disk::default());
    assert_eq!(bench.say("ann", 1), Answer::Unavailable);
    assert!(bench.node.found(verified(&genesis()), 5));
    assert!(!bench.node.found(verified(&genesis()), 5), "once");
    bench.run();
    assert!(matches!(bench.say("ann", 1), Answer::Accepted(receipt) if receipt.seq == 1));
    assert_eq!(bench.node.durable().head.hash, bench.node.applied().head.hash);
    assert_ne!(bench.node.durable().head.hash, Digest::ZERO);
}
