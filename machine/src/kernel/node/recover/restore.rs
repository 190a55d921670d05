//! Restoring a snapshot, in the order in which it can fail: its first line, the line of the entry at which it was taken and the tree
//! from there to the checkpoint, the rows and their root. What fails is thrown away, and the next older one is tried.
//!
//! The tree of the checkpoint is made again from the tree before the entry (as the snapshot gives it), the entry's line, and the lines
//! from there to the checkpoint (as the disk gives them). If that is the tree that our key signed, then the entry's line is the one
//! that was signed, for every other line would give another tree; and that line names the root of the state. So neither rows, nor
//! head, nor the lines from here on can have been forged.

use alloc::{boxed::Box, string::String, vec::Vec};

use super::{Recovery, Stage, replay::Replay};
use crate::{
    bug,
    kernel::{
        Digest,
        entry::{Head, LINE_BYTES_MAX, Ledger, Outline},
        files::FileOp,
        machine::{Ledgered, Verifier},
        merkle::{Frontier, leaf_hash},
        node::{
            Halt, Node, Purpose,
            group::{Segment, segment_file},
            lines::{Lines, Next},
            snapshot::{self, Loader, Name, Step},
        },
    },
};

/// How much is read to find a snapshot's first line: peaks and an origin.
const HEAD_BYTES: u64 = 1 << 16;

/// A snapshot that is being restored: its files with their lengths, the newest last.
#[derive(Debug)]
pub(super) struct Restore<M: Ledgered> {
    chain: Vec<(Name, u64)>,
    state: State<M>,
}

#[derive(Debug)]
enum State<M: Ledgered> {
    /// Its first line is being read.
    Head,
    /// The lines up to the checkpoint are being read.
    Proof(Box<Proof>),
    /// The rows are being read.
    Rows(Box<Entered>, Box<Loader<M>>),
}

/// The tree, from the snapshot to the checkpoint.
#[derive(Debug)]
struct Proof {
    head: snapshot::Head,
    /// The number of the segment among the others.
    at: usize,
    lines: Lines,
    tree: Frontier,
    entered: Option<Entered>,
}

/// What the line of the snapshot's entry says.
#[derive(Clone, Debug)]
struct Entered {
    head: Head,
    state: Digest,
    /// Where replaying goes on: the number of the segment, and the offset in it.
    at: usize,
    offset: u64,
}

/// What became of a step.
enum Went<M: Ledgered> {
    /// Bytes are needed: (file, offset, length).
    Read(State<M>, String, u64, u64),
    /// The snapshot is restored.
    Restored(Box<Entered>, Box<Loader<M>>),
}

impl<M: Ledgered> Recovery<M> {
    /// The files of the newest snapshot that is under a checkpoint of ours and whose bases are there, the newest last. Those that
    /// cannot be used are taken out.
    fn next_chain(&mut self) -> Option<Vec<(Name, u64)>> {
        self.snapshots.retain(|(name, _)| name.size > 0);
        loop {
            let (mut name, len) = *self.snapshots.last()?;
            let mut chain = Vec::from([(name, len)]);
            while let Some(base) = name.base {
                let Some(below) = self.snapshots.iter().find(|(other, _)| other.size == base) else { break };
                chain.push(*below);
                name = below.0;
            }
            chain.reverse();
            if name.base.is_none() && chain.last().is_some_and(|(newest, _)| newest.size <= self.vouched) {
                return Some(chain);
            }
            self.stale.extend(self.snapshots.pop().map(|(name, _)| name));
        }
    }
}

impl<M: Ledgered, V: Verifier<M>> Node<M, V> {
    /// All that was read is durable: the newest snapshot, or the first line.
    pub(super) fn settled(&mut self, recovery: &mut Recovery<M>) -> Result<(), Halt> {
        let chain = if self.config.snapshot_every > 0 { recovery.next_chain() } else { None };
        let Some(chain) = chain else { return self.replay_segment(recovery, 0) };
        let Some((newest, len)) = chain.last().copied() else { bug!("a chain of no snapshot") };
        recovery.stage = Stage::Restore(Box::new(Restore { chain, state: State::Head }));
        self.read_on(newest.file(), 0, HEAD_BYTES.min(len))
    }

    pub(super) fn restore_read(
        &mut self,
        recovery: &mut Recovery<M>,
        restore: Restore<M>,
        bytes: &[u8],
    ) -> Result<(), Halt> {
        let Restore { chain, state } = restore;
        let went = match state {
            State::Head => self.head_read(recovery, &chain, bytes),
            State::Proof(proof) => proof.read(recovery, &chain, bytes, self.config.read_bytes),
            State::Rows(entered, mut loader) => {
                loader.feed(bytes);
                load(entered, loader)
            }
        };
        match went {
            Some(Went::Read(state, file, offset, len)) => {
                recovery.stage = Stage::Restore(Box::new(Restore { chain, state }));
                self.read_on(file, offset, len)
            }
            Some(Went::Restored(entered, loader)) => {
                if !self.enter(recovery, &entered, *loader) {
                    return self.discard(recovery);
                }
                let lines = Lines::from(entered.offset, LINE_BYTES_MAX);
                self.check_checkpoint(recovery)?;
                self.replay_on(recovery, Replay { at: entered.at, lines })
            }
            None => self.discard(recovery),
        }
    }

    /// The newest snapshot cannot be believed: it is worth nothing to anybody, and the next older one is tried.
    fn discard(&mut self, recovery: &mut Recovery<M>) -> Result<(), Halt> {
        let Some((name, _)) = recovery.snapshots.pop() else { bug!("a snapshot was tried that is not there") };
        self.ask(FileOp::Remove { file: name.file() }, Purpose::Step);
        self.settled(recovery)
    }

    /// Removes the snapshots that are not in use.
    pub(super) fn remove_stale(&mut self, recovery: &Recovery<M>) {
        if self.config.snapshot_every == 0 {
            return;
        }
        let unused = recovery.snapshots.iter().map(|(name, _)| *name).filter(|name| !self.seal.snapshots.uses(*name));
        for name in unused.chain(recovery.stale.iter().copied()).collect::<Vec<_>>() {
            self.ask(FileOp::Remove { file: name.file() }, Purpose::Step);
        }
    }

    fn head_read(&self, recovery: &Recovery<M>, chain: &[(Name, u64)], bytes: &[u8]) -> Option<Went<M>> {
        let Some((name, _)) = chain.last().copied() else { bug!("a chain of no snapshot") };
        let head = snapshot::Head::read(bytes, name, self.verifier.origin())?;
        let at = recovery.segments.iter().position(|(first, _)| *first == head.segment)?;
        let before = recovery.segments[..at].iter().map(|(first, _)| *first);
        // what it says of the segments before is its own claim; that the first one is there is not
        if recovery.segments.first().is_none_or(|(first, _)| *first != 0) {
            return None;
        }
        if snapshot::digest_of(before) != head.segments {
            return None;
        }
        let (lines, tree) = (Lines::from(head.offset, LINE_BYTES_MAX), head.tree.clone());
        let proof = Proof { head, at, lines, tree, entered: None };
        Some(proof.read_on(recovery, self.config.read_bytes))
    }

    /// Takes over what was loaded, if it is the state that the entry names, of this ledger.
    fn enter(&mut self, recovery: &Recovery<M>, entered: &Entered, loader: Loader<M>) -> bool {
        let (state, root, receipts, chain) = loader.loaded();
        let ledger = Ledger { state, head: entered.head.clone() };
        if root != entered.state || ledger.origin() != self.verifier.origin() {
            return false;
        }
        assert_eq!(chain.last().map(|kept| kept.name.size), Some(ledger.head.size), "the newest is what was loaded");
        self.applied = ledger;
        self.receipts = receipts;
        self.seal.snapshots.restored(chain);
        for at in 0..entered.at {
            let Some(Segment { first, end }) = recovery.segment(at) else { bug!("segment {at} is not there") };
            self.segments.push(Segment { first, end });
        }
        true
    }
}

/// Goes on reading rows.
fn load<M: Ledgered>(entered: Box<Entered>, mut loader: Box<Loader<M>>) -> Option<Went<M>> {
    match loader.step().ok()? {
        Step::Read(file, offset, len) => Some(Went::Read(State::Rows(entered, loader), file, offset, len)),
        Step::Loaded => Some(Went::Restored(entered, loader)),
    }
}

impl Proof {
    fn read_on<M: Ledgered>(self, recovery: &Recovery<M>, most: u64) -> Went<M> {
        let (file, offset) = (segment_file(recovery.segments[self.at].0), self.lines.wanted_from());
        Went::Read(State::Proof(Box::new(self)), file, offset, most)
    }

    /// Takes lines; gives the next step, or nothing if the snapshot is not one of this ledger.
    fn read<M: Ledgered>(
        mut self,
        recovery: &Recovery<M>,
        chain: &[(Name, u64)],
        bytes: &[u8],
        most: u64,
    ) -> Option<Went<M>> {
        self.lines.feed(bytes);
        let Some(Segment { end, .. }) = recovery.segment(self.at) else { bug!("segment {} was read", self.at) };
        let at_end = bytes.is_empty() || self.lines.wanted_from() >= end;
        while self.tree.size() < recovery.vouched {
            match self.lines.next(at_end) {
                Next::Line(line) => self.take(line)?,
                Next::More => return Some(self.read_on(recovery, most)),
                Next::End => {
                    self.at += 1;
                    self.lines = Lines::from(0, LINE_BYTES_MAX);
                    recovery.segment(self.at)?;
                    return Some(self.read_on(recovery, most));
                }
                Next::Bad(_) => return None,
            }
        }
        let Some((checkpoint, _)) = &recovery.checkpoint else {
            bug!("no checkpoint, and one vouches for {} entries", recovery.vouched)
        };
        let entered = self.entered.filter(|_| self.tree.root() == checkpoint.root)?;
        load(Box::new(entered), Box::new(Loader::new(chain)))
    }

    /// Takes a line into the tree; the first one is the entry's.
    fn take(&mut self, line: core::ops::Range<usize>) -> Option<()> {
        let bytes = self.lines.bytes(&line);
        self.tree.push(leaf_hash(bytes));
        if self.entered.is_none() {
            let outline = Outline::read(bytes).filter(|outline| outline.seq + 1 == self.head.name.size)?;
            let (hash, at) = (outline.hash, outline.at);
            let head = Head { size: self.head.name.size, hash, at, tree: self.tree.clone() };
            assert_eq!(head.size, head.tree.size(), "the tree is that of the head");
            let state = outline.state?;
            self.entered = Some(Entered { head, state, at: self.at, offset: self.lines.offset() });
        }
        Some(())
    }
}
