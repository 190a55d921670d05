//! A machine whose log key turns, and whose speakers say goodbye: which key signs, what becomes of a snapshot that no key covers, and
//! which receipts are forgotten.

use alloc::{format, string::String, vec::Vec};

use serde::Deserialize;

use super::{Answer, Bench, Config, Disk, EchoRefusal, Signed, config, genesis, key, public, say, verified};
use crate::kernel::{
    Digest, Effects, Int, Lane, Ledgered, Machine, Settings, Stamp, Tick,
    echo::{Echo, EchoEffect, EchoEvent, EchoState, Say},
    entry::Ledger,
    machine::Malformed,
    node::{Node, snapshot::Name},
    note::{Checkpoint, NoteKey},
    table::Tables as _,
    tags,
};

/// Echo, but what the speaker `key` says last is the number of the log key in force, and a speaker whose last word is `bye` has no
/// lane any more.
#[derive(Debug, PartialEq)]
struct Turning;

/// What a speaker said last.
fn last_word(state: &EchoState, by: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Said {
        text: String,
    }
    let mut row = None;
    state.each(&mut |table| row = table.value_text(by).filter(|_| table.name() == "said").or(row.take()));
    serde_json::from_slice(&row?).ok().map(|said: Said| said.text)
}

impl Machine for Turning {
    type State = EchoState;
    type Event = EchoEvent;
    type Effect = EchoEffect;

    fn apply(state: EchoState, stamp: &Stamp, event: &EchoEvent) -> (EchoState, Effects<EchoEffect>) {
        Echo::apply(state, stamp, event)
    }
}

impl Ledgered for Turning {
    type Refusal = EchoRefusal;

    fn decode(bytes: &[u8]) -> Result<EchoEvent, Malformed<EchoRefusal>> {
        Echo::decode(bytes)
    }

    fn encode(event: &EchoEvent, out: &mut Vec<u8>) {
        Echo::encode(event, out);
    }

    fn id(origin: &str, event: &EchoEvent, bytes: &[u8]) -> Digest {
        Echo::id(origin, event, bytes)
    }

    fn refusal(effects: &[EchoEffect]) -> Option<EchoRefusal> {
        Echo::refusal(effects)
    }

    fn too_long() -> EchoRefusal {
        Echo::too_long()
    }

    fn encode_effect(effect: &EchoEffect, out: &mut Vec<u8>) {
        Echo::encode_effect(effect, out);
    }

    fn settings(state: &EchoState) -> Option<Settings<'_>> {
        let turned = last_word(state, "key").and_then(|text| text.parse().ok());
        let settings = Echo::settings(state)?;
        Some(Settings { log_key: turned.map_or(settings.log_key, |n| public(&key(n))), ..settings })
    }

    fn lane(event: &EchoEvent, id: &Digest) -> Option<Lane> {
        Echo::lane(event, id)
    }

    fn lane_open(state: &EchoState, lane: &Digest, _: Tick) -> bool {
        let is_bye = |n: &u32| last_word(state, &format!("s{n}")).is_some_and(|text| text == "bye");
        !(0..60).filter(is_bye).any(|n| Digest::of(tags::USER, &[format!("s{n}").as_bytes()]) == *lane)
    }

    fn assert_valid(state: &EchoState) {
        Echo::assert_valid(state);
    }
}

fn open(config: Config, disk: Disk) -> Bench<Turning> {
    let mut bench = Bench::of(Node::open(config, Signed::default(), &disk.listing()), disk);
    bench.run();
    bench
}

fn founded(config: Config) -> Bench<Turning> {
    let mut bench = open(config, Disk::default());
    assert!(bench.node.found(genesis(), 1_000));
    bench.run();
    bench
}

/// Has somebody say something, as the n-th thing.
fn submit(bench: &mut Bench<Turning>, by: &str, n: u32, text: &str) {
    let event = EchoEvent::Say(Say { by: by.into(), n: Int::from(n), text: text.into() });
    bench.node.submit(u64::from(n), verified(&event), 2_000);
}

/// Whose keys a checkpoint may be signed with: the first of them is in no ledger here.
fn keys() -> Vec<ed25519_dalek::SigningKey> {
    [9, 4, 3].map(key).into()
}

#[test]
fn each_checkpoint_is_signed_with_the_key_that_is_in_force_after_its_last_entry() {
    let mut bench = founded(Config { checkpoint_every: 1, log_keys: keys(), ..config() });
    for (turn, n) in ["4", "3", "4", "3"].into_iter().zip(1..) {
        // the first is being written when the key turns, and sealed once it is durable
        submit(&mut bench, "ann", n, "before");
        submit(&mut bench, "key", n, turn);
        bench.run();
    }
    assert_eq!(bench.checkpoints.len(), 5, "the genesis, and the first group of each turn");
    let lines = bench.disk.lines();
    for note in &bench.checkpoints {
        let size = Checkpoint::read_unverified(note.as_bytes()).expect("a checkpoint").size;
        let mut ledger = Ledger::<Turning>::default();
        lines[..size as usize].iter().for_each(|line| ledger.follow(line).expect("it replays"));
        let settings = Turning::settings(&ledger.state).expect("a genesis");
        let key = NoteKey::new(settings.origin, settings.log_key).expect("a name");
        assert!(Checkpoint::open(note, &key).is_ok(), "of {size} entries");
    }
    let head = bench.node.durable().head.clone();
    let after = open(Config { log_keys: keys(), ..config() }, bench.disk.crash());
    assert_eq!((after.halted, &after.node.durable().head), (None, &head));
}

fn chain(disk: &Disk) -> Vec<Name> {
    disk.names("snapshot-").iter().map(|name| Name::parse(name).expect("a snapshot")).collect()
}

/// Forty speakers, and a chain of two snapshots of them.
fn with_chain() -> (Bench<Turning>, Config) {
    let config = Config { log_keys: keys(), checkpoint_every: 100, snapshot_every: 4, ..config() };
    let mut bench = founded(config.clone());
    (0..40).for_each(|n| submit(&mut bench, &format!("s{n}"), 1, "hello"));
    bench.run();
    (1..=14).for_each(|n| {
        submit(&mut bench, "ann", n, "more");
        bench.run();
    });
    let chain = chain(&bench.disk);
    assert!(chain[0].base.is_none() && chain.len() > 1, "{chain:?}");
    (bench, config)
}

/// Says so much that a snapshot is due at the last entry, which is being written, or waits behind another one that is; gives the size
/// that the ledger then has.
fn until_due(bench: &mut Bench<Turning>, waits: bool) -> u64 {
    let due = chain(&bench.disk).pop().expect("a snapshot").size + 4;
    for n in 1.. {
        submit(bench, "eve", n, "until it is due");
        let size = bench.node.applied().head.size;
        if size == due {
            break;
        }
        if !waits || size + 1 < due {
            bench.run();
        }
    }
    due
}

/// The group with the snapshot's entry is durable, and the key that turned behind it is only applied: it can still be sealed.
#[test]
fn a_snapshot_is_sealed_as_long_as_the_durable_key_is_the_nodes() {
    let (mut bench, config) = with_chain();
    let size = until_due(&mut bench, false);
    submit(&mut bench, "key", 1, "5");
    bench.run();
    assert_eq!(chain(&bench.disk).pop().map(|name| name.size), Some(size));
    let sealed = bench.checkpoints.last().expect("one was signed");
    assert_eq!(Checkpoint::read_unverified(sealed.as_bytes()).expect("a checkpoint").size, size);
    let after = open(config, bench.disk.crash());
    assert_eq!((after.halted.as_deref(), after.entries.as_slice()), (None, [(size, true)].as_slice()));
}

/// The key turns in the same group as the snapshot's entry, to one that nobody here has: nothing seals that snapshot. What changed in
/// it is known to none, so the next one, under a key that the node has again, is whole.
#[test]
fn a_snapshot_that_no_key_covers_is_given_up_and_the_next_one_is_whole() {
    for turned_while_due in [false, true] {
        let (mut bench, config) = with_chain();
        let size = until_due(&mut bench, turned_while_due);
        submit(&mut bench, "key", 1, if turned_while_due { "5" } else { "4" });
        bench.run();
        let given_up = chain(&bench.disk).pop().is_some_and(|name| name.size < size);
        assert_eq!(given_up, turned_while_due, "{size}: {:?}", chain(&bench.disk));
        submit(&mut bench, "s7", 2, "changed");
        bench.run();
        let silent = bench.checkpoints.len();
        (1..=9).for_each(|n| {
            submit(&mut bench, "late", n, "nobody seals it");
            bench.run();
        });
        assert_eq!(bench.checkpoints.len() == silent, turned_while_due);
        submit(&mut bench, "key", 2, "3");
        bench.run();
        (10..=14).for_each(|n| {
            submit(&mut bench, "late", n, "sealed again");
            bench.run();
        });
        let newest = chain(&bench.disk).pop().expect("a snapshot");
        assert_eq!(chain(&bench.disk)[0].size > size, turned_while_due, "{:?}", chain(&bench.disk));
        let after = open(config, bench.disk.crash());
        let first = after.entries.first().map_or(after.node.durable().head.size, |(seq, _)| *seq);
        assert_eq!((after.halted.as_deref(), first), (None, newest.size));
        assert_eq!(after.node.durable().head, bench.node.durable().head);
    }
}

/// The lanes of those who said goodbye are forgotten, all after a few groups of one entry each, however many others there are.
#[test]
fn receipts_of_closed_lanes_are_forgotten_a_few_at_a_group() {
    let mut bench = founded(config());
    (0..60).for_each(|n| submit(&mut bench, &format!("s{n}"), 1, "hello"));
    bench.run();
    assert_eq!(bench.node.receipts_held().0, 60);
    (0..30).for_each(|n| submit(&mut bench, &format!("s{n}"), 2, "bye"));
    (1..=4).for_each(|n| {
        bench.run();
        bench.node.submit(0, say("ann", n), 2_000);
    });
    bench.run();
    assert_eq!(bench.node.receipts_held().0, 31, "30, and ann's");
    bench.replies.clear();
    submit(&mut bench, "s3", 2, "bye");
    submit(&mut bench, "s33", 1, "hello");
    bench.run();
    assert_eq!(bench.replies[0], (2, Answer::Refused(EchoRefusal::Number)));
    assert!(matches!(&bench.replies[1], (1, Answer::Accepted(receipt)) if receipt.repeated), "an open lane's stay");
}
