//! Recovery: reads what the disk holds, replays it, and sets aside what a crash left unfinished. Nothing is repaired.
//!
//! In this order:
//!
//! 1. the mark and the checkpoint (here): how much must be there;
//! 2. the end of the last segment (`scan`): where the lines end that were written whole, and what a crash tore is moved into a file
//!    of its own. Then what is left is made durable, so that nothing is judged against, or told of, what a next crash could take;
//! 3. the newest snapshot that can be believed (`restore`);
//! 4. every line from there on (`replay`).
//!
//! # What can be in doubt
//!
//! A segment is begun once every entry of the one before it is durable, so only the last segment can hold lines that were written
//! and never synced; of it only what lies behind the mark and behind the last checkpoint. There the first line that was not written
//! whole, and all after it, are set aside: a line is whole if its hash is right. A whole line that is not the next entry, or that
//! this binary cannot replay, nobody tore: the start stops and names it, as it does with anything that does not verify elsewhere,
//! with a gap between segments, and with a ledger that is shorter than its mark or its checkpoint says.
//!
//! # What a checkpoint stands for
//!
//! A checkpoint that one of the node's own keys signed vouches for the lines below it: their events' signatures are not verified
//! again, and a snapshot under it may stand for them. All other lines' signatures are verified: whoever can write the disk can
//! append entries, but not sign events. A checkpoint of somebody else's, or of a key that the node does not have, vouches for
//! nothing; it must still be one of this ledger.
//!
//! A mark says how many entries were sealed when it was written; a checkpoint of fewer, or none, then stops the start. Where mark and
//! checkpoint are both gone, nobody here can tell: a node may have got its key only now, or have crashed before its first
//! checkpoint was durable. Then every signature is verified, so nothing foreign gets in; but a ledger that was cut short to where
//! its signatures still verify can only be told from outside, by a checkpoint that somebody kept. `Ready` says that it was so.

mod replay;
mod restore;
mod scan;

use alloc::{
    boxed::Box,
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use super::{
    Halt, Node, Output, Phase, Purpose, Torn,
    group::segment_file,
    mark::{self, Mark},
    seal,
    snapshot::{self, Name},
};
use crate::{
    bug,
    kernel::{
        files::{FileOp, Listing},
        machine::{Ledgered, Verifier},
        note::{Checkpoint, NOTE_BYTES_MAX},
    },
};

/// How far recovery is, and what it knows so far.
#[derive(Debug)]
pub(super) struct Recovery<M: Ledgered> {
    stage: Stage<M>,
    /// Segments by first seq, with their lengths, in order.
    segments: Vec<(u64, u64)>,
    /// Snapshots with the lengths of their files; the newest last. Those that cannot be used become stale.
    snapshots: Vec<(Name, u64)>,
    stale: Vec<Name>,
    listing: Listing,
    mark: Option<Mark>,
    checkpoint: Option<(Checkpoint, String)>,
    /// So many entries one of the node's own keys vouches for.
    vouched: u64,
    /// How many entries there are, and where they end in the last segment: once that was scanned.
    size: u64,
    end: u64,
    torn: Option<Torn>,
}

/// What is being read.
#[derive(Debug)]
enum Stage<M: Ledgered> {
    Mark,
    Checkpoint,
    Scan(scan::Scan),
    Copy(scan::Copying),
    /// The copy is durable, and then its name.
    Copied(scan::Copying),
    Named(scan::Copying),
    Settle,
    Restore(Box<restore::Restore<M>>),
    Replay(replay::Replay),
    /// Everything was read.
    Done,
}

impl<M: Ledgered> Recovery<M> {
    fn new(listing: &Listing) -> Self {
        let segment = |name: &str| {
            let first = name.strip_prefix("segment-")?.strip_suffix(".jsonl")?.parse().ok()?;
            (segment_file(first) == name).then_some(first)
        };
        let mut segments: Vec<_> = listing.iter().filter_map(|(name, len)| Some((segment(name)?, *len))).collect();
        let mut snapshots: Vec<_> = listing.iter().filter_map(|(name, len)| Some((Name::parse(name)?, *len))).collect();
        segments.sort_unstable();
        snapshots.sort_unstable();
        Self {
            stage: Stage::Mark,
            segments,
            snapshots,
            stale: Vec::new(),
            listing: listing.clone(),
            mark: None,
            checkpoint: None,
            vouched: 0,
            size: 0,
            end: 0,
            torn: None,
        }
    }

    fn len_of(&self, file: &str) -> Option<u64> {
        self.listing.iter().find(|(name, _)| name == file).map(|(_, len)| *len)
    }

    /// How many entries were sealed, whoever did it.
    fn sealed(&self) -> u64 {
        self.checkpoint.as_ref().map_or(0, |(checkpoint, _)| checkpoint.size)
    }

    /// How many entries must be there.
    fn known(&self) -> u64 {
        self.mark.map_or(0, |mark| mark.size).max(self.sealed())
    }

    /// What mark, checkpoint and segments say of each other.
    fn check(&self) -> Result<(), Halt> {
        let halt = |file: &str, seq, reason| Err(Halt { file: file.to_string(), offset: 0, seq, reason });
        let Some(mark) = self.mark else { return Ok(()) };
        if self.sealed() < mark.sealed {
            let reason = format!("a checkpoint of {} entries was durable, and is not there", mark.sealed);
            return halt(seal::FILE, mark.sealed, reason);
        }
        let file = segment_file(mark.segment);
        match self.segments.iter().find(|(first, _)| *first == mark.segment) {
            None => halt(&file, mark.segment, format!("{} entries were durable, up to this segment", mark.size)),
            Some((_, len)) if *len < mark.end => {
                halt(&file, mark.size, format!("{} bytes were durable, {len} are left", mark.end))
            }
            Some(_) => Ok(()),
        }
    }
}

impl<M: Ledgered, V: Verifier<M>> Node<M, V> {
    pub(super) fn recover(&mut self, listing: &Listing) {
        for leftover in [seal::NEW, snapshot::NEW] {
            if listing.iter().any(|(name, _)| name == leftover) {
                self.ask(FileOp::Remove { file: leftover.to_string() }, Purpose::Step);
            }
        }
        let mut recovery = Box::new(Recovery::new(listing));
        let begun = match recovery.len_of(mark::FILE) {
            Some(len) => self.read_on(mark::FILE.to_string(), 0, len.min(mark::BYTES as u64)),
            None => self.read_checkpoint(&mut recovery),
        };
        self.go_on(recovery, begun);
    }

    /// What was asked for came, or is done.
    pub(super) fn recovery_read(&mut self, bytes: &[u8]) {
        let Phase::Recovering(mut recovery) = core::mem::replace(&mut self.phase, Phase::Serving) else {
            bug!("recovery goes on, and is over")
        };
        let done = match core::mem::replace(&mut recovery.stage, Stage::Done) {
            Stage::Mark => {
                recovery.mark = Mark::read(bytes);
                self.read_checkpoint(&mut recovery)
            }
            Stage::Checkpoint => self.checkpoint_read(&mut recovery, bytes),
            Stage::Scan(scan) => self.scan_read(&mut recovery, scan, bytes),
            Stage::Copy(copying) => self.copy_read(&mut recovery, copying, bytes),
            Stage::Copied(copying) => self.copied(&mut recovery, copying),
            Stage::Named(copying) => self.cut_torn(&mut recovery, copying),
            Stage::Settle => self.settled(&mut recovery),
            Stage::Restore(restore) => self.restore_read(&mut recovery, *restore, bytes),
            Stage::Replay(replay) => self.replay_read(&mut recovery, replay, bytes),
            Stage::Done => bug!("recovery goes on, and everything was read"),
        };
        self.go_on(recovery, done);
    }

    /// After each step: waits for what was asked for, serves, or stops.
    fn go_on(&mut self, recovery: Box<Recovery<M>>, step: Result<(), Halt>) {
        match step {
            Err(halt) => self.halt(halt),
            Ok(()) if matches!(recovery.stage, Stage::Done) => self.serve(*recovery),
            Ok(()) => {
                assert!(!self.asked.is_empty(), "recovery waits for nothing, at entry {}", self.applied.head.size);
                self.phase = Phase::Recovering(recovery);
            }
        }
    }

    /// Asks for bytes of a file.
    #[expect(clippy::unnecessary_wraps, reason = "every step of recovery ends with a result")]
    fn read_on(&mut self, file: String, offset: u64, len: u64) -> Result<(), Halt> {
        self.ask(FileOp::Read { file, offset, len }, Purpose::Recovery);
        Ok(())
    }

    fn read_checkpoint(&mut self, recovery: &mut Recovery<M>) -> Result<(), Halt> {
        match recovery.len_of(seal::FILE) {
            Some(len) => {
                recovery.stage = Stage::Checkpoint;
                // a byte more than a note may have shows that it is none
                self.read_on(seal::FILE.to_string(), 0, len.min(NOTE_BYTES_MAX as u64 + 1))
            }
            None => self.scan(recovery),
        }
    }

    fn checkpoint_read(&mut self, recovery: &mut Recovery<M>, bytes: &[u8]) -> Result<(), Halt> {
        let note = String::from_utf8_lossy(bytes).into_owned();
        let checkpoint = Checkpoint::read_unverified(note.as_bytes()).map_err(|error| Halt {
            file: seal::FILE.to_string(),
            offset: 0,
            seq: 0,
            reason: format!("{error}"),
        })?;
        if self.is_ours(&note) {
            recovery.vouched = checkpoint.size;
        }
        recovery.checkpoint = Some((checkpoint, note));
        self.scan(recovery)
    }

    fn serve(&mut self, recovery: Recovery<M>) {
        assert_eq!(self.applied.head.size, recovery.size, "every line that was found whole was replayed");
        assert!(recovery.sealed() <= recovery.size, "the checkpoint was compared");
        self.durable = self.applied.clone();
        self.seal.size = recovery.sealed();
        self.phase = Phase::Serving;
        if recovery.size > 0 {
            self.write_mark();
        }
        self.remove_stale(&recovery);
        #[cfg(feature = "planted")]
        if self.planted(super::Planted::ForgetWindow) {
            M::plant(&mut self.applied.state, "forget_window");
        }
        let due = recovery.size >= self.config.checkpoint_every.max(1) && self.has_key(&self.durable);
        self.out.push_back(Output::Ready { torn: recovery.torn, unsealed: due && recovery.checkpoint.is_none() });
    }
}
