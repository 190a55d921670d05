//! The simulated disk: what a sync confirmed survives every crash, and the rest in every way that a disk allows.

use std::collections::BTreeSet;

use super::{
    super::{
        choice::{Choices, Entity, Points, Source},
        faults::{Faults, Rate, Rates},
        tally::Tally,
    },
    *,
};

/// A disk with the choices that it needs.
struct Bench {
    disk: Disk,
    choices: Choices,
    rates: Rates,
    tally: Tally,
    points: Points,
}

impl Bench {
    fn new(source: Source, fault: Fault, ppm: u32) -> Self {
        let choices = Choices::new(source);
        let rates = Faults::none().with(fault, Rate::Ppm(ppm)).draw(&choices);
        Self { disk: Disk::default(), choices, rates, tally: Tally::default(), points: Points::default() }
    }

    /// Unsynced writes share all possible fates, drawn from a seed.
    fn torn(seed: u64) -> Self {
        Self::new(Source::Seed(seed), Fault::TornWrite, 700_000)
    }

    fn with<T>(&mut self, act: impl FnOnce(&mut Disk, &mut Dice<'_>) -> T) -> T {
        let Self { disk, choices, rates, tally, points } = self;
        act(disk, &mut Dice { choices, rates, tally, points, entity: Entity::Process("node") })
    }

    fn ask(&mut self, op: FileOp) -> FileResult {
        self.with(|disk, dice| disk.perform(op, dice))
    }

    fn does(&mut self, ops: impl IntoIterator<Item = FileOp>) {
        ops.into_iter().for_each(|op| assert_eq!(self.ask(op), Ok(Vec::new())));
    }

    fn crash(&mut self) {
        self.with(|disk, dice| disk.crash(dice));
    }

    fn content(&mut self, file: &str) -> Vec<u8> {
        self.ask(read(file, 0, u64::MAX)).expect("the file is there")
    }
}

fn create(file: &str, len: u64) -> FileOp {
    FileOp::Create { file: file.to_owned(), len }
}
fn write(file: &str, offset: u64, bytes: impl Into<Vec<u8>>) -> FileOp {
    FileOp::WriteAt { file: file.to_owned(), offset, bytes: bytes.into() }
}
fn cut(file: &str, len: u64) -> FileOp {
    FileOp::Cut { file: file.to_owned(), len }
}
fn sync(file: &str) -> FileOp {
    FileOp::Sync { file: file.to_owned() }
}
fn rename(from: &str, to: &str) -> FileOp {
    FileOp::Rename { from: from.to_owned(), to: to.to_owned() }
}
fn remove(file: &str) -> FileOp {
    FileOp::Remove { file: file.to_owned() }
}
fn read(file: &str, offset: u64, len: u64) -> FileOp {
    FileOp::Read { file: file.to_owned(), offset, len }
}

/// The operations that leave a durable file of ten bytes.
fn durable() -> [FileOp; 4] {
    [create("a", 0), write("a", 0, *b"0123456789"), sync("a"), FileOp::SyncDir]
}

#[test]
fn reads_see_all_that_was_written_synced_or_not() {
    let mut bench = Bench::torn(1);
    bench.does(durable());
    bench.does([write("a", 8, *b"xyz"), write("a", 5_000, *b"!"), cut("a", 9), write("a", 12, *b"end")]);
    assert_eq!(bench.content("a"), b"01234567x\0\0\0end");
    assert_eq!(bench.ask(read("a", 7, 3)), Ok(b"7x\0".to_vec()));
    assert_eq!(bench.ask(read("a", 100, 3)), Ok(Vec::new()));
    assert_eq!(bench.disk.listing(), [("a".to_owned(), 15)]);
    bench.does([sync("a")]);
    assert_eq!(bench.content("a"), b"01234567x\0\0\0end");
}

#[test]
fn what_was_synced_survives_every_crash() {
    for seed in 0..500 {
        let mut bench = Bench::torn(seed);
        bench.does(durable());
        bench.does([write("a", 4, *b"----"), create("b", 7), remove("a")]);
        bench.crash();
        bench.crash();
        let listing = bench.disk.listing();
        if listing.iter().any(|(name, _)| name == "a") {
            let content = bench.content("a");
            assert!(content == b"0123456789" || content == b"0123----89", "seed {seed}: {content:?}");
        }
    }
}

#[test]
fn an_unsynced_write_is_kept_lost_cut_off_or_has_some_sectors() {
    let mut seen = BTreeSet::new();
    for seed in 0..500 {
        let mut bench = Bench::torn(seed);
        bench.does([create("a", 2_048), sync("a"), FileOp::SyncDir, write("a", 100, [1; 1_900])]);
        bench.crash();
        let content = bench.content("a");
        let sectors: Vec<_> = content.chunks(512).map(|sector| sector.contains(&1)).collect();
        let torn = content.chunks(512).zip(&sectors).all(|(sector, &kept)| {
            let written = sector.iter().filter(|&&byte| byte == 1).count();
            !kept || written == 512 || written == 412 || written == 464
        });
        assert!(torn && content.len() == 2_048, "a sector is written whole or not at all");
        seen.insert(sectors);
    }
    assert_eq!(seen.len(), 16, "every subset of the four sectors");
}

#[test]
fn a_sector_never_has_a_later_write_without_an_earlier_one() {
    let mut seen = BTreeSet::new();
    for seed in 0..200 {
        let mut bench = Bench::torn(seed);
        bench.does([create("a", 512), sync("a"), FileOp::SyncDir, write("a", 0, *b"1"), write("a", 1, *b"2")]);
        bench.crash();
        seen.insert(bench.content("a")[..2].to_vec());
    }
    assert_eq!(seen, BTreeSet::from([b"\0\0".to_vec(), b"1\0".to_vec(), b"12".to_vec()]));
}

#[test]
fn writes_to_different_sectors_land_in_any_order() {
    let mut seen = BTreeSet::new();
    for seed in 0..200 {
        let mut bench = Bench::torn(seed);
        bench.does([create("a", 1_024), sync("a"), FileOp::SyncDir, write("a", 0, *b"1"), write("a", 512, *b"2")]);
        bench.crash();
        let content = bench.content("a");
        seen.insert((content[0], content[512]));
    }
    assert_eq!(seen, BTreeSet::from([(0, 0), (b'1', 0), (0, b'2'), (b'1', b'2')]));
}

#[test]
fn unsynced_names_are_undone_from_the_last() {
    let mut seen = BTreeSet::new();
    for seed in 0..200 {
        let mut bench = Bench::torn(seed);
        bench.does(durable());
        bench.does([create("b", 3), sync("b"), rename("b", "c"), remove("a")]);
        bench.crash();
        let names: Vec<_> = bench.disk.listing().into_iter().map(|(name, _)| name).collect();
        seen.insert(names.concat());
    }
    assert_eq!(seen, BTreeSet::from(["a", "ab", "ac", "c"].map(str::to_owned)));
}

#[test]
fn a_rename_over_a_file_leaves_one_of_the_two_contents() {
    let mut seen = BTreeSet::new();
    for seed in 0..100 {
        let mut bench = Bench::torn(seed);
        bench.does(durable());
        bench.does([create("new", 0), write("new", 0, *b"new"), sync("new"), FileOp::SyncDir, rename("new", "a")]);
        bench.crash();
        seen.insert(bench.content("a"));
    }
    assert_eq!(seen, BTreeSet::from([b"0123456789".to_vec(), b"new".to_vec()]));
}

#[test]
fn without_torn_writes_a_crash_keeps_all_that_was_done() {
    let mut bench = Bench::new(Source::Seed(1), Fault::TornWrite, 0);
    bench.does([create("a", 4), write("a", 1, *b"xy")]);
    bench.crash();
    assert_eq!(bench.content("a"), b"\0xy\0");
}

#[test]
fn operations_under_way_are_done_in_order_up_to_some_point() {
    let mut seen = BTreeSet::new();
    for seed in 0..200 {
        let mut bench = Bench::new(Source::Seed(seed), Fault::TornWrite, 0);
        let ops = [create("a", 0), write("a", 0, *b"1"), write("a", 1, *b"2")];
        bench.disk.queue.extend((0..).zip(ops).map(|(id, op)| FileRequest { id, op }));
        bench.crash();
        seen.insert(bench.disk.listing());
        assert!(bench.disk.queue.is_empty());
    }
    let lengths: Vec<_> = seen.into_iter().map(|listing| listing.first().map(|file| file.1)).collect();
    assert_eq!(lengths, [None, Some(0), Some(1), Some(2)]);
}

#[test]
fn a_failed_sync_is_not_repaired_by_the_next() {
    // choices: the sync fails, and all of its write is lost
    let log = "failed_fsync node 3 = 1\ntorn_write node 1 = 1".parse().expect("a log");
    let mut bench = Bench::new(Source::Log(log), Fault::FailedFsync, 0);
    bench.does(durable());
    bench.does([write("a", 0, *b"lost")]);
    let error = bench.ask(sync("a")).expect_err("the log says so");
    assert_eq!(error.to_string(), "sync a: input/output error");
    assert_eq!(bench.content("a"), b"lost456789", "reads still show it");
    bench.does([write("a", 9, *b"!"), sync("a")]);
    assert_eq!(bench.content("a"), b"lost45678!");
    bench.crash();
    assert_eq!(bench.content("a"), b"012345678!", "what came later is durable, what failed is not");
}

#[test]
fn mistakes_are_answered_as_a_disk_would() {
    let mut bench = Bench::torn(1);
    let refused = |bench: &mut Bench, op| bench.ask(op).expect_err("cannot be done").to_string();
    assert_eq!(refused(&mut bench, sync("a")), "sync a: no such file");
    assert_eq!(refused(&mut bench, write("a", 0, *b"x")), "write a: no such file");
    assert_eq!(refused(&mut bench, cut("a", 1)), "cut a: no such file");
    assert_eq!(refused(&mut bench, rename("a", "b")), "rename a: no such file");
    assert_eq!(refused(&mut bench, remove("a")), "remove a: no such file");
    assert_eq!(refused(&mut bench, read("a", 0, 1)), "read a: no such file");
    assert_eq!(refused(&mut bench, create("a", u64::MAX)), "create a: file too large");
    bench.does([create("a", 1 << 40)]);
    assert_eq!(refused(&mut bench, write("a", u64::MAX, *b"x")), "write a: file too large");
    assert_eq!(refused(&mut bench, read("a", 0, u64::MAX)), "read a: file too large");
    assert_eq!(bench.ask(read("a", 1 << 39, 2)), Ok(vec![0, 0]), "a terabyte of zeros costs nothing");
}
