//! Snapshots: slices, chains, what they shorten, and every way in which one cannot be believed.

use alloc::{format, string::String, vec::Vec};

use super::{Answer, Bench, Config, Disk, Int, key, replayed, with_snapshots};
use crate::kernel::{
    Digest, Ledgered as _,
    echo::Echo,
    entry::Ledger,
    files::FileOp,
    node::{Output, snapshot::Name},
    note::Checkpoint,
    table::state_root,
};

/// A ledger of many speakers, of whom few speak later on.
pub(super) fn grown(config: Config) -> Bench {
    let mut bench = Bench::founded(config);
    let mut said = [0; 40];
    bench.burst(&mut said, 40);
    bench.run();
    for _ in 0..16 {
        bench.burst(&mut said[..2], 3);
        bench.run();
    }
    assert_eq!((bench.halted.as_deref(), bench.node.durable().head.size), (None, 89));
    bench
}

pub(super) fn chain(disk: &Disk) -> Vec<Name> {
    disk.names("snapshot-").iter().map(|name| Name::parse(name).expect("a snapshot")).collect()
}

/// The size of the ledger of which a file holds a snapshot.
pub(super) fn size_of(file: &str) -> Option<u64> {
    Name::parse(file).map(|name| name.size)
}

fn names(config: Config) -> Vec<Name> {
    chain(&grown(config).disk)
}

#[test]
fn a_chain_begins_with_a_whole_snapshot_and_each_other_lies_on_the_one_before() {
    let chain = names(with_snapshots());
    assert!(chain.len() > 3, "{chain:?}");
    assert_eq!(chain[0].base, None);
    for pair in chain.windows(2) {
        assert_eq!(pair[1].base, Some(pair[0].size));
    }
}

#[test]
fn a_snapshot_is_written_in_slices_and_other_writes_come_between() {
    let mut bench = Bench::founded(Config { snapshot_every: 30, ..with_snapshots() });
    let (mut said, mut ops) = ([0; 40], Vec::new());
    bench.burst(&mut said, 40);
    for _ in 0..400 {
        match bench.node.poll() {
            Some(Output::File(request)) => {
                if let FileOp::WriteAt { file, bytes, .. } = &request.op {
                    ops.push((file.clone(), bytes.len()));
                    if file == "snapshot.new" {
                        bench.burst(&mut said[..1], 1);
                    }
                }
                let result = bench.disk.execute(&request.op);
                bench.node.completed(request.id, result);
            }
            Some(_) => {}
            None => break,
        }
    }
    let slices = ops.iter().filter(|(file, _)| file == "snapshot.new").count();
    assert!(slices > 10, "{slices} slices");
    assert!(ops.iter().all(|(file, len)| file != "snapshot.new" || *len < 500), "about 200 bytes each: {ops:?}");
    ops.retain(|(file, _)| file == "snapshot.new" || file.starts_with("segment-"));
    let between =
        ops.windows(2).filter(|pair| pair[0].0 == "snapshot.new" && pair[1].0.starts_with("segment-")).count();
    assert!(between > 5, "groups are written between slices: {ops:?}");
    bench.run();
    let head = bench.node.durable().head.clone();
    let newest = chain(&bench.disk).pop().expect("a snapshot");
    let mut after = Bench::open_with(with_snapshots(), bench.disk.crash());
    assert_eq!((after.halted.as_deref(), &after.node.durable().head), (None, &head));
    assert_eq!(after.entries.first().map(|(seq, _)| *seq), Some(newest.size), "it is used");
    for speaker in 0..40 {
        let answer = after.say(&format!("s{speaker}"), 1);
        assert!(matches!(answer, Answer::Accepted(receipt) if receipt.repeated), "speaker {speaker}");
    }
}

#[test]
fn a_restart_goes_on_from_the_newest_snapshot() {
    let bench = grown(with_snapshots());
    let head = bench.node.durable().head.clone();
    let newest = chain(&bench.disk).pop().expect("a snapshot");
    let mut quick = Bench::open_with(with_snapshots(), bench.disk.crash());
    assert_eq!(quick.halted, None);
    assert_eq!(quick.entries.first().map(|(seq, _)| *seq), Some(newest.size), "it goes on behind the snapshot");
    assert!(quick.entries.len() < 10, "{:?}", quick.entries);
    assert_eq!(quick.node.durable().head, head);
    Echo::assert_valid(&quick.node.durable().state);
    let mut whole = replayed(&bench.disk.lines());
    let mut state = quick.node.durable().state.clone();
    assert_eq!(state_root(&mut state), state_root(&mut whole.state));
    // and the next snapshots lie on what was read back
    quick.say_many("late", 1..=12);
    let later: Vec<Name> = chain(&quick.disk).into_iter().filter(|name| name.size > newest.size).collect();
    assert_eq!(later.first().map(|name| name.base), Some(Some(newest.size)), "{later:?}");
    assert!(later[0].size >= newest.size + 4 && later.len() > 1, "{later:?} after {newest:?}");
    let last = Bench::open_with(with_snapshots(), quick.disk.crash());
    assert_eq!((last.halted, &last.node.durable().head), (None, &quick.node.durable().head));
    assert!(last.entries.len() < 10);
}

#[test]
fn without_snapshots_none_is_written_and_none_is_read() {
    let off = Config { snapshot_every: 0, ..with_snapshots() };
    let bench = grown(off.clone());
    assert!(chain(&bench.disk).is_empty());
    let with = grown(with_snapshots());
    let mut disk = with.disk.settle();
    let newest = chain(&disk).pop().expect("a snapshot").file();
    disk.file(&newest).fill(b'x');
    let after = Bench::open_with(off, disk);
    assert_eq!((after.halted.as_deref(), after.entries.len()), (None, 89), "every line is replayed");
    assert_eq!(after.disk.read(&newest)[0], b'x', "and what is there is left alone");
}

#[test]
fn without_a_key_none_is_written_and_none_is_believed() {
    let keyless = Config { log_keys: Vec::new(), ..with_snapshots() };
    assert!(chain(&grown(keyless.clone()).disk).is_empty());
    let after = Bench::open_with(keyless, grown(with_snapshots()).disk.settle());
    assert_eq!((after.halted.as_deref(), after.entries.len()), (None, 89));
}

#[test]
fn a_snapshot_is_taken_only_at_an_entry_with_a_state_root_and_lies_under_a_checkpoint() {
    let bench = grown(with_snapshots());
    let sealed =
        Checkpoint::read_unverified(bench.checkpoints.last().expect("one").as_bytes()).expect("a checkpoint").size;
    for name in chain(&bench.disk) {
        assert!((name.size - 1).is_multiple_of(2) && name.size <= sealed, "{name:?}");
    }
}

/// Opens a changed disk: the snapshot must be thrown away, and everything else be as if it had never been there.
pub(super) fn discards(disk: Disk, name: Name, what: &str) {
    let lines = disk.lines();
    let older = chain(&disk).into_iter().filter(|other| other.size < name.size).max();
    let after = Bench::open_with(with_snapshots(), disk);
    assert_eq!(after.halted, None, "{what}");
    let first = older.map_or(0, |older| older.size);
    assert_eq!(after.entries.first().map(|(seq, _)| *seq), Some(first), "{what}: the older one is used, or none");
    assert!(!after.disk.names("snapshot-").contains(&name.file()), "{what}: it is removed");
    let mut whole = replayed(&lines);
    let mut state = after.node.durable().state.clone();
    assert_eq!(state_root(&mut state), state_root(&mut whole.state), "{what}");
    assert_eq!(after.node.durable().head, whole.head, "{what}");
}

#[test]
fn a_snapshot_with_any_damage_is_thrown_away() {
    let disk = grown(with_snapshots()).disk.settle();
    let newest = chain(&disk).pop().expect("a snapshot");
    let len = disk.read(&newest.file()).len();
    for at in (0..len).step_by(len / 30 + 1) {
        let mut damaged = disk.clone();
        damaged.file(&newest.file())[at] ^= 1;
        discards(damaged, newest, &format!("byte {at} of {len}"));
    }
    // all others lie on the whole one: without it none can be read
    let whole = chain(&disk)[0];
    let len = disk.read(&whole.file()).len();
    for at in (0..len).step_by(len / 5 + 1) {
        let mut damaged = disk.clone();
        damaged.file(&whole.file())[at] ^= 1;
        let after = Bench::open_with(with_snapshots(), damaged);
        assert_eq!((after.halted.as_deref(), after.entries.len()), (None, 89), "byte {at} of {len}");
        assert!(chain(&after.disk).is_empty(), "byte {at} of {len}");
    }
}

#[test]
fn a_snapshot_that_was_cut_or_is_longer_is_thrown_away() {
    let disk = grown(with_snapshots()).disk.settle();
    let newest = chain(&disk).pop().expect("a snapshot");
    let len = disk.read(&newest.file()).len();
    for cut in [0, 1, len / 2, len - 1] {
        let mut short = disk.clone();
        short.file(&newest.file()).truncate(cut);
        discards(short, newest, &format!("cut at {cut}"));
    }
    let mut long = disk.clone();
    long.file(&newest.file()).extend(b"{}\n");
    discards(long, newest, "a line behind its foot");
}

/// Rewrites a snapshot so that its own digests are right.
pub(super) fn forged(disk: &Disk, name: Name, change: impl Fn(&str) -> Option<String>) -> Disk {
    let text = String::from_utf8(disk.read(&name.file()).to_vec()).expect("text");
    let (mut check, mut rows, mut out, mut changed) = (Digest::ZERO, 0_u64, String::new(), 0);
    for line in text.lines().filter(|line| !line.starts_with("{\"check\"")) {
        let new = change(line);
        changed += u64::from(new.is_some());
        let line = new.unwrap_or_else(|| line.into());
        if line.starts_with('{') {
            check = crate::kernel::node::snapshot::checked(&check, line.as_bytes());
        } else {
            rows += 1;
        }
        out += &format!("{line}\n");
    }
    assert!(changed > 0, "nothing was forged");
    out += &format!("{{\"check\":\"{check}\",\"rows\":{rows}}}\n");
    let mut forged = disk.clone();
    forged.put(&name.file(), out.into_bytes());
    forged
}

#[test]
fn a_forged_snapshot_with_right_digests_of_its_own_is_thrown_away() {
    let disk = grown(with_snapshots()).disk.settle();
    let newest = chain(&disk).pop().expect("a snapshot");
    let replace = |from: &'static str, to: &'static str| {
        move |line: &str| line.contains(from).then(|| line.replacen(from, to, 1))
    };
    type Change = alloc::boxed::Box<dyn Fn(&str) -> Option<String>>;
    let changes: Vec<(&str, Change)> = Vec::from([
        ("a row's value", alloc::boxed::Box::new(replace("s1 says", "s1 sais")) as Change),
        ("another place", alloc::boxed::Box::new(replace("\"offset\":", "\"offset\":1"))),
        ("another origin", alloc::boxed::Box::new(replace("echo.example\",\"peaks", "else.example\",\"peaks"))),
        ("another version", alloc::boxed::Box::new(replace("\"v\":2}", "\"v\":3}"))),
        ("another size", alloc::boxed::Box::new(replace("\"size\":8", "\"size\":7"))),
        ("a table less", alloc::boxed::Box::new(replace("\"table\":\"said\"", "\"table\":\"sayings\""))),
    ]);
    let beyond = |line: &str| line.starts_with("{\"lanes\"").then(|| [&line[..line.len() - 4], "ff\"}"].concat());
    discards(forged(&disk, newest, beyond), newest, "a receipt of an entry behind it");
    let half = |line: &str| line.starts_with("{\"lanes\"").then(|| [&line[..line.len() - 4], "\"}"].concat());
    discards(forged(&disk, newest, half), newest, "half a receipt");
    for (what, change) in &changes {
        discards(forged(&disk, newest, change), newest, what);
    }
}

/// The snapshot's peaks are forged as well: the tree of the checkpoint does not come out.
#[test]
fn forged_peaks_do_not_lead_to_the_checkpoint() {
    let disk = grown(with_snapshots()).disk.settle();
    let newest = chain(&disk).pop().expect("a snapshot");
    let change = |line: &str| {
        let at = line.find("\"peaks\":[\"")? + "\"peaks\":[\"".len();
        let digit = if &line[at..=at] == "0" { "1" } else { "0" };
        Some([&line[..at], digit, &line[at + 1..]].concat())
    };
    discards(forged(&disk, newest, change), newest, "peaks");
}

/// A whole chain of another ledger of the same name: right in itself, and not of these lines.
#[test]
fn a_snapshot_of_another_ledger_is_thrown_away() {
    let disk = grown(with_snapshots()).disk.settle();
    let mut other = Bench::founded(with_snapshots());
    let mut said = [5; 40];
    other.say_many("else", 1..=5);
    said.fill(0);
    other.burst(&mut said, 40);
    other.run();
    (0..16).for_each(|_| {
        other.burst(&mut said[..2], 3);
        other.run();
    });
    let mut mixed = disk.clone();
    chain(&disk).iter().for_each(|name| drop(mixed.remove(&name.file())));
    for name in chain(&other.disk) {
        mixed.put(&name.file(), other.disk.read(&name.file()).to_vec());
    }
    let under = Checkpoint::read_unverified(disk.read("checkpoint")).expect("a checkpoint").size;
    assert!(chain(&mixed).iter().any(|name| name.size <= under));
    let after = Bench::open_with(with_snapshots(), mixed);
    assert_eq!((after.halted.as_deref(), after.entries.len()), (None, 89), "none of them is used");
}

/// A forged row, with a forged state root in the entry's line, whose hash is right, and the lines behind it linked to it.
#[test]
fn a_forged_entry_under_a_forged_snapshot_is_not_the_one_that_was_signed() {
    let disk = grown(with_snapshots()).disk.settle();
    let newest = chain(&disk).pop().expect("a snapshot");
    let lines = disk.lines();
    let mut ledger = replayed(&lines[..newest.size as usize - 1]);
    let event = super::verified(&crate::kernel::echo::EchoEvent::Say(crate::kernel::echo::Say {
        by: "mallory".into(),
        n: Int::from(1),
        text: "I was here".into(),
    }));
    let mut forged_lines = Vec::new();
    enter(&mut ledger, event, &mut forged_lines);
    let mut forged = Disk::default();
    for name in disk.names("") {
        forged.put(&name, disk.read(&name).to_vec());
    }
    // the forged line takes the place of the entry's line: what follows it does not link to it, or is not what was signed
    let start = lines[..newest.size as usize - 1].iter().map(|line| line.len() + 1).sum::<usize>();
    let mut at = 0;
    for name in disk.names("segment-") {
        let len = disk.read(&name).len();
        if (at..at + len).contains(&start) {
            let old = lines[newest.size as usize - 1].len();
            forged.file(&name).splice(start - at..start - at + old, forged_lines[0].clone());
        }
        at += disk.read(&name).iter().filter(|byte| **byte != 0).count();
    }
    let after = Bench::open_with(with_snapshots(), forged);
    assert!(after.halted.is_some(), "the forged line is found");
}

fn enter(
    ledger: &mut Ledger<Echo>,
    event: crate::kernel::Verified<crate::kernel::echo::EchoEvent>,
    lines: &mut Vec<Vec<u8>>,
) {
    match ledger.apply(event, 2_000, None) {
        crate::kernel::entry::Outcome::Accepted(entry) => lines.push(entry.line),
        crate::kernel::entry::Outcome::Refused(refusal) => panic!("{refusal}"),
    }
}

#[test]
fn a_lost_segment_under_a_snapshot_is_noticed() {
    let mut disk = grown(with_snapshots()).disk.settle();
    disk.remove("segment-0000000000000000.jsonl");
    let after = Bench::open_with(with_snapshots(), disk);
    assert!(after.halted.is_some_and(|halt| halt.contains("the ledger goes on with 0")));
}

/// The first line of the snapshot says, with a right digest of its own, that the ledger never had the segment that is gone. It may say
/// what it likes of those between; a ledger begins with entry 0.
#[test]
fn a_lost_first_segment_is_noticed_whatever_a_forged_snapshot_says() {
    let disk = grown(with_snapshots()).disk.settle();
    let newest = chain(&disk).pop().expect("a snapshot");
    let first_of = |name: &String| name[8..24].parse::<u64>().expect("a number");
    let firsts: Vec<u64> = disk.names("segment-").iter().map(first_of).collect();
    let change = |line: &str| {
        let (_, rest) = line.split_once("\"segment\":")?;
        let segment: u64 = rest.split_once(',')?.0.parse().ok()?;
        let (before, rest) = line.split_once("\"segments\":\"")?;
        let others = firsts[1..].iter().copied().filter(|first| *first < segment);
        Some(format!("{before}\"segments\":\"{}{}", crate::kernel::node::snapshot::digest_of(others), &rest[64..]))
    };
    let mut forged = forged(&disk, newest, change);
    forged.remove("segment-0000000000000000.jsonl");
    let after = Bench::open_with(with_snapshots(), forged);
    assert!(after.halted.is_some_and(|halt| halt.contains("the ledger goes on with 0")));
}

#[test]
fn what_nobody_uses_any_more_is_removed() {
    let bench = grown(with_snapshots());
    let mut disk = bench.disk.settle();
    let whole = chain(&disk)[0];
    // a crash between the name of a whole snapshot and the removal of the chain before
    let old = Name { size: 3, base: None };
    disk.put(&old.file(), disk.read(&whole.file()).to_vec());
    disk.put(&Name { size: 5, base: Some(4) }.file(), b"x".to_vec());
    disk.put("snapshot.new", b"half".to_vec());
    let after = Bench::open_with(with_snapshots(), disk);
    assert_eq!(after.halted, None);
    assert_eq!(chain(&after.disk)[0], whole);
    assert!(after.disk.names("snapshot.new").is_empty());
    let again = Bench::open_with(with_snapshots(), after.disk.crash());
    assert_eq!(again.halted, None);
}

#[test]
fn a_chain_is_written_anew_once_it_holds_as_many_rows_again() {
    let mut bench = Bench::founded(with_snapshots());
    bench.say_many("ann", 1..=60);
    let chain = chain(&bench.disk);
    assert!(chain[0].size > 10 && chain.len() <= 3, "two rows: two that changed are as many: {chain:?}");
    assert!(matches!(bench.say("ann", 60), Answer::Accepted(receipt) if receipt.repeated));
    let after = Bench::open_with(with_snapshots(), bench.disk.crash());
    assert_eq!((after.halted, after.node.durable().head.size), (None, 61));
}

/// The key in force is taken out of the configuration while a snapshot waits for a checkpoint.
#[test]
fn a_key_that_is_not_in_force_seals_nothing() {
    let bench = grown(Config { log_keys: Vec::from([key(9)]), ..with_snapshots() });
    assert!(bench.checkpoints.is_empty() && chain(&bench.disk).is_empty());
}
