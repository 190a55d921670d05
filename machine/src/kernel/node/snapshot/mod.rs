//! Snapshots: a ledger's state written down, so that a restart need not replay all of it. A cache, checked, never trusted.
//!
//! A *whole* snapshot holds every row. One with a *base* holds the rows that changed since its base was taken, so a snapshot costs
//! what happened, not what there is; once those of a chain hold as many rows as the whole one at its beginning, so that the files are
//! twice the state, the next is whole again. A file is written in slices between commit groups, from a clone of the state, which shares every row that does not
//! change meanwhile.
//!
//! A file is lines of JSON: the head, then for each table its name and its rows in the order of their places, then receipts, and
//! last a digest of all lines that are no rows. The rows need none: the state root covers them.
//!
//! # When a snapshot is believed
//!
//! Only under a checkpoint that one of the node's own keys signed. `read` says how it is tied to that: the checkpoint's tree holds the
//! line of the entry at which the snapshot was taken, that line holds the state root, and the rows must give that root. Whoever can
//! write the disk and has no log key can do no more than have the snapshot thrown away. What such a start does not look at is the
//! text of the lines before the snapshot: a line that was changed or lost there is found when it is read (a repeat compares what it
//! reads with its hash), or by an audit, which reads all of them.

mod read;
mod write;

use alloc::{format, string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use super::{Node, Purpose, group};
use crate::{
    bug,
    kernel::{
        Digest, Int,
        entry::Ledger,
        files::FileOp,
        machine::{Ledgered, Verifier},
        merkle::Frontier,
        table::{Prefix, Tables as _},
        tags,
    },
};
pub(super) use read::{Head, Loader, Step};
use write::Writing;

pub(super) const NEW: &str = "snapshot.new";
const PREFIX: &str = "snapshot-";
const SUFFIX: &str = ".jsonl";
const VERSION: u32 = 2;
/// The digits of a place's prefix, which begins each row: so rows that are not wanted need not be looked at.
const PREFIX_DIGITS: usize = 16;

/// So many files make a chain at most: all are read at once.
const CHAIN_MAX: usize = 64;

/// Which snapshot a file holds: taken at the entry that made the ledger `size` long, on top of the one of size `base`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    pub(super) size: u64,
    pub(super) base: Option<u64>,
}

impl Name {
    pub(super) fn file(self) -> String {
        let Self { size, base } = self;
        match base {
            None => format!("{PREFIX}{size:016}{SUFFIX}"),
            Some(base) => format!("{PREFIX}{size:016}-{base:016}{SUFFIX}"),
        }
    }

    /// The snapshot in a file of this name; none if it is the name of another file.
    pub(super) fn parse(file: &str) -> Option<Self> {
        let numbers = file.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
        let (size, base) = numbers.split_once('-').map_or((numbers, None), |(size, base)| (size, Some(base)));
        let base = base.map(str::parse).transpose().ok()?;
        let name = Self { size: size.parse().ok()?, base };
        (name.file() == file && base.is_none_or(|base| base < name.size)).then_some(name)
    }
}

/// A snapshot that is durable.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    pub(super) name: Name,
    /// How many rows, or places of rows that are gone, it holds.
    pub(super) rows: u64,
}

/// The places of the rows that changed since the last snapshot was taken, for each table.
#[derive(Debug, Default)]
pub(super) struct Changes(Vec<Places>);

#[derive(Debug, Default)]
struct Places {
    /// The first `sorted` of them are sorted and distinct.
    places: Vec<Prefix>,
    sorted: usize,
}

/// Fewer than so many places are not worth sorting.
const PLACES_UNSORTED: usize = 1024;

impl Places {
    /// Adds a place. Those that were added twice go once they could be half of all.
    fn add(&mut self, place: Prefix) {
        self.places.push(place);
        if self.places.len() > 2 * self.sorted + PLACES_UNSORTED {
            self.sort();
        }
    }

    fn sort(&mut self) {
        self.places.sort_unstable();
        self.places.dedup();
        self.sorted = self.places.len();
    }
}

impl Changes {
    /// Adds what the last entry touched.
    fn add<M: Ledgered>(&mut self, state: &M::State) {
        let mut table = 0;
        state.each(&mut |rows| {
            if self.0.len() == table {
                self.0.push(Places::default());
            }
            rows.touched(&mut |place| self.0[table].add(place));
            table += 1;
        });
    }

    /// The sorted places of each table.
    fn sorted(mut self) -> Vec<Vec<Prefix>> {
        self.0.iter_mut().for_each(Places::sort);
        self.0.into_iter().map(|table| table.places).collect()
    }
}

/// The ledger as an entry with a state root left it: to be written once that is under a checkpoint.
#[derive(Debug)]
struct Due<M: Ledgered> {
    ledger: Ledger<M>,
    /// The tree before the entry.
    tree: Frontier,
    /// Where the entry's line stands: segment and offset.
    place: Option<(u64, u64)>,
    /// What changed since the last snapshot; none if nobody knows.
    changes: Option<Changes>,
}

/// What is written down, and what is being written.
#[derive(Debug)]
pub(super) struct Snapshots<M: Ledgered> {
    /// The durable snapshots in use: a whole one, and those on top of it, oldest first.
    chain: Vec<Kept>,
    /// The size of the ledger when the last one was taken.
    last: u64,
    /// What changed since the last one was taken; none before the first.
    changes: Option<Changes>,
    due: Option<Due<M>>,
    writing: Option<Writing<M>>,
}

impl<M: Ledgered> Default for Snapshots<M> {
    fn default() -> Self {
        Self { chain: Vec::new(), last: 0, changes: None, due: None, writing: None }
    }
}

impl<M: Ledgered> Snapshots<M> {
    /// The size of the ledger that waits for a checkpoint.
    pub(super) fn due_size(&self) -> Option<u64> {
        self.due.as_ref().map(|due| due.ledger.head.size)
    }

    /// Whether the chain in use holds this one.
    pub(super) fn uses(&self, name: Name) -> bool {
        self.chain.iter().any(|kept| kept.name == name)
    }

    /// Goes on from a chain that was read back.
    pub(super) fn restored(&mut self, chain: Vec<Kept>) {
        let Some(newest) = chain.last() else { bug!("no chain was read back") };
        self.last = newest.name.size;
        self.changes = Some(Changes::default());
        self.chain = chain;
    }

    /// What the next snapshot builds on; none if it is to be whole.
    fn base(&self) -> Option<u64> {
        let (whole, changed) = self.chain.split_first()?;
        let rows: u64 = changed.iter().map(|kept| kept.rows).sum();
        let full = rows >= whole.rows || self.chain.len() >= CHAIN_MAX;
        self.chain.last().filter(|_| !full).map(|newest| newest.name.size)
    }
}

impl<M: Ledgered, V: Verifier<M>> Node<M, V> {
    /// Notes which rows the last entry touched, if a snapshot will ask.
    pub(super) fn note_changes(&mut self) {
        if let Some(changes) = &mut self.seal.snapshots.changes {
            changes.add::<M>(&self.applied.state);
        }
    }

    /// The tree as it is, if the next entry is one at which a snapshot is to be taken: that is written down beside it.
    pub(super) fn tree_before_snapshot(&self) -> Option<Frontier> {
        let (every, snapshots, seq) = (self.config.snapshot_every, &self.seal.snapshots, self.applied.head.size);
        let busy = snapshots.due.is_some() || snapshots.writing.is_some();
        if every == 0 || busy || seq + 1 < snapshots.last.saturating_add(every) {
            return None;
        }
        let rooted = seq.is_multiple_of(M::settings(&self.applied.state)?.state_every);
        (rooted && self.has_key(&self.applied)).then(|| self.applied.head.tree.clone())
    }

    /// Takes a snapshot: keeps the ledger as the last entry left it. `tree` is the one before that entry.
    pub(super) fn take_snapshot(&mut self, tree: Frontier) {
        let (ledger, snapshots) = (self.applied.clone(), &mut self.seal.snapshots);
        assert_eq!(tree.size() + 1, ledger.head.size, "the tree is the one before the entry");
        snapshots.last = ledger.head.size;
        let changes = snapshots.changes.replace(Changes::default());
        snapshots.due = Some(Due { ledger, tree, place: None, changes });
    }

    /// Notes where an entry's line is written, if a snapshot was taken at it.
    pub(super) fn place_snapshot(&mut self, seq: u64, segment: u64, offset: u64) {
        if let Some(due) = self.seal.snapshots.due.as_mut().filter(|due| due.ledger.head.size == seq + 1) {
            due.place = Some((segment, offset));
        }
    }

    /// Begins to write the snapshot that is due, if a checkpoint covers it by now. Without a key none ever will, unless one is on its way.
    pub(super) fn begin_snapshot(&mut self) {
        let Some(size) = self.seal.snapshots.due_size().filter(|size| *size <= self.durable.head.size) else { return };
        if size > self.seal.size {
            if !self.has_key(&self.durable) && self.seal.pending.is_none() {
                (self.seal.snapshots.due, self.seal.snapshots.changes) = (None, None);
            }
            return;
        }
        let Some(Due { ledger, tree, place, changes }) = self.seal.snapshots.due.take() else {
            bug!("the snapshot of {size} entries was due")
        };
        let Some((segment, offset)) = place else { bug!("entry {} is durable and was never written", size - 1) };
        let base = self.seal.snapshots.base().filter(|_| changes.is_some());
        let head = Written {
            base: base.map(Int::exact),
            offset: Int::exact(offset),
            origin: String::from(ledger.origin()),
            peaks: tree.peaks().to_vec(),
            segment: Int::exact(segment),
            segments: self.segments.digest_before(segment),
            size: Int::exact(size),
            v: Int::from(VERSION),
        };
        let places = changes.filter(|_| base.is_some()).map(Changes::sorted);
        self.seal.snapshots.writing = Some(Writing::new(ledger.state, head, places));
        self.ask(FileOp::Create { file: String::from(NEW), len: 0 }, Purpose::Snapshot);
    }

    /// The last operation for the snapshot is done: the next slice, or its name, or what it makes superfluous.
    pub(super) fn snapshot_step(&mut self) {
        let Some(writing) = &mut self.seal.snapshots.writing else { bug!("a snapshot goes on that nobody writes") };
        let (new, offset) = (String::from(NEW), writing.bytes());
        match writing.next_slice(&self.receipts, self.config.slice_bytes) {
            write::Slice::Bytes(bytes) => {
                if !bytes.is_empty() {
                    self.ask(FileOp::WriteAt { file: new.clone(), offset, bytes }, Purpose::Step);
                }
                self.ask(FileOp::Sync { file: new }, Purpose::Snapshot);
            }
            write::Slice::End => {
                let to = writing.name().file();
                self.ask(FileOp::Rename { from: new, to }, Purpose::Step);
                self.ask(FileOp::SyncDir, Purpose::Snapshot);
            }
            write::Slice::Durable(kept) => self.snapshot_durable(kept),
        }
    }

    /// The new snapshot is durable under its name: if it is a whole one, those before it may go.
    fn snapshot_durable(&mut self, kept: Kept) {
        let snapshots = &mut self.seal.snapshots;
        snapshots.writing = None;
        let old = if kept.name.base.is_none() { core::mem::take(&mut snapshots.chain) } else { Vec::new() };
        let base = snapshots.chain.last().map(|newest| newest.name.size);
        assert_eq!(base, kept.name.base, "a snapshot lies on the newest before it, or on none");
        snapshots.chain.push(kept);
        for Kept { name, .. } in &old {
            self.ask(FileOp::Remove { file: name.file() }, Purpose::Step);
        }
        if !old.is_empty() {
            self.ask(FileOp::SyncDir, Purpose::Step);
        }
    }
}

/// The first line of a snapshot file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(skip_serializing_if = "Option::is_none")]
    base: Option<Int>,
    /// Where the line of the last entry stands, from the start of its segment.
    offset: Int,
    origin: String,
    /// The tree before the last entry.
    peaks: Vec<Digest>,
    segment: Int,
    /// A digest of the numbers of the segments before that one.
    segments: Digest,
    size: Int,
    v: Int,
}

/// The first line of a table's rows.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Section<'a> {
    table: &'a str,
}

/// The receipts of some lanes, in hex: for each its digest, how many receipts it has (one byte), and those.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lanes<'a> {
    lanes: &'a str,
}

/// So many bytes of receipts make a line.
const LANES_BYTES: usize = 4_096;

/// The last line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Foot {
    check: Digest,
    rows: Int,
}

/// The check of a file's lines that are no rows: each is hashed with the check of those before it.
pub(super) fn checked(before: &Digest, line: &[u8]) -> Digest {
    Digest::of(tags::SNAPSHOT, &[&before.0, line])
}

impl group::Segments {
    /// A digest of the numbers of the segments before this one, so that a lost one is noticed without being read.
    fn digest_before(&self, segment: u64) -> Digest {
        digest_of(self.firsts().take_while(|first| *first < segment))
    }
}

/// A digest of segments' numbers.
pub(super) fn digest_of(firsts: impl Iterator<Item = u64>) -> Digest {
    firsts.fold(Digest::ZERO, |before, first| checked(&before, &first.to_be_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_file_is_called_one_way() {
        for name in [Name { size: 5, base: None }, Name { size: 17, base: Some(5) }] {
            assert_eq!(Name::parse(&name.file()), Some(name));
        }
        for file in [
            "snapshot-5.jsonl",
            "snapshot-+000000000000005.jsonl",
            "snapshot-0000000000000005",
            "snapshot-0000000000000005-0000000000000005.jsonl",
            "snapshot-0000000000000005-0000000000000006.jsonl",
            "snapshot-0000000000000005-.jsonl",
            "snapshot.new",
        ] {
            assert_eq!(Name::parse(file), None, "{file}");
        }
    }

    #[test]
    fn places_that_change_again_and_again_are_remembered_once() {
        let mut places = Places::default();
        (0..100_000_u64).for_each(|n| places.add(n % 700));
        assert!(places.places.capacity() < 8 * PLACES_UNSORTED, "{}", places.places.capacity());
        places.sort();
        assert_eq!(places.places, (0..700).collect::<Vec<_>>());
    }

    #[test]
    fn a_chain_begins_anew_once_it_is_twice_the_state_or_has_too_many_files() {
        let mut snapshots = Snapshots::<crate::kernel::echo::Echo>::default();
        assert_eq!(snapshots.base(), None);
        let kept = |size, base, rows| Kept { name: Name { size, base }, rows };
        snapshots.chain.push(kept(10, None, 100));
        assert_eq!(snapshots.base(), Some(10));
        snapshots.chain.push(kept(20, Some(10), 99));
        assert_eq!(snapshots.base(), Some(20));
        snapshots.chain.push(kept(30, Some(20), 1));
        assert_eq!(snapshots.base(), None, "100 rows on top of 100");
        snapshots.chain = (0..64).map(|n| kept(n + 1, (n > 0).then_some(n), u64::from(n == 0) * 1_000)).collect();
        assert_eq!(snapshots.base(), None, "64 files");
        snapshots.chain.pop();
        assert_eq!(snapshots.base(), Some(63));
    }
}
