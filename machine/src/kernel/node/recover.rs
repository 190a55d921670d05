//! Recovery: reads what the disk holds, replays it, and sets aside what a crash left unfinished. Nothing is repaired.
//!
//! In this order: the mark, the checkpoint, the newest usable snapshot, then every segment line by line. Below the mark,
//! or under the checkpoint, a line that does not verify stops the start and is named; from the mark on, the first such
//! line and all after it are moved to a file of their own. Then the lines from the mark on are written again and synced: what
//! was read may have been written and never synced, and nothing may be judged against it, or told of it, before it is durable.
//! Syncing alone is not enough: after a sync that failed, an operating system may hold pages for clean that the disk never
//! got, so that reads show them, and the next sync has nothing to do.

use alloc::{
    boxed::Box,
    format,
    string::{String, ToString as _},
    sync::Arc,
    vec::Vec,
};

use super::{
    Halt, Node, Output, Phase, Purpose, Torn,
    group::{Segment, segment_file},
    mark::{self, Mark},
    seal, snapshot,
};
use crate::kernel::{
    entry::{BadLine, LINE_BYTES_MAX},
    files::{FileOp, Listing},
    machine::{Ledgered, Verifier},
    note::{Checkpoint, NoteKey},
};

/// How far recovery is.
#[derive(Debug)]
pub(super) struct Recovery {
    stage: Stage,
    /// Segments by first seq, with their lengths.
    segments: Vec<(u64, u64)>,
    /// Snapshots by size, with their lengths; the newest last.
    snapshots: Vec<(u64, u64)>,
    listing: Listing,
    mark: Mark,
    checkpoint: Option<(Checkpoint, String)>,
    reader: Reader,
    /// Lines up to the snapshot's size, which are counted and not applied.
    skip: u64,
    torn: Option<Torn>,
}

#[derive(Debug)]
enum Stage {
    Mark,
    Checkpoint,
    Snapshot,
    Segment(usize),
    Torn(usize, Bad),
    Settle,
}

/// A place that does not verify.
#[derive(Clone, Debug)]
struct Bad {
    offset: u64,
    seq: u64,
    reason: String,
}

/// Cuts a segment's bytes into lines as they come in.
#[derive(Debug, Default)]
struct Reader {
    buffer: Vec<u8>,
    /// The offset in the file of `buffer[0]`, and how much of the buffer is done.
    base: u64,
    done: usize,
    zeros_from: Option<u64>,
}

enum Next {
    Line(Vec<u8>),
    More,
    End,
    Bad(String),
}

impl Reader {
    fn offset(&self) -> u64 {
        self.zeros_from.unwrap_or(self.base + self.done as u64)
    }

    fn wanted_from(&self) -> u64 {
        self.base + self.buffer.len() as u64
    }

    fn feed(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.done);
        self.base += self.done as u64;
        self.done = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// The next line; after the last one only zeros may follow, up to the end of the file.
    fn next(&mut self, at_end: bool) -> Next {
        let rest = &self.buffer[self.done..];
        if self.zeros_from.is_some() || rest.first() == Some(&0) {
            self.zeros_from = Some(self.offset());
            if rest.iter().any(|byte| *byte != 0) {
                return Next::Bad("a hole of zeros with more behind it".to_string());
            }
            self.done = self.buffer.len();
            return if at_end { Next::End } else { Next::More };
        }
        match rest.iter().position(|byte| *byte == b'\n') {
            Some(len) => {
                let line = rest[..len].to_vec();
                self.done += len + 1;
                Next::Line(line)
            }
            None if rest.len() > LINE_BYTES_MAX => Next::Bad(format!("a line longer than {LINE_BYTES_MAX} bytes")),
            None if !at_end => Next::More,
            None if rest.is_empty() => Next::End,
            None => Next::Bad("a line without its end".to_string()),
        }
    }
}

impl Recovery {
    fn new(listing: &Listing) -> Self {
        let numbered = |number: &dyn Fn(&str) -> Option<u64>| {
            let mut found: Vec<_> = listing.iter().filter_map(|(name, len)| Some((number(name)?, *len))).collect();
            found.sort_unstable();
            found
        };
        let segment = |name: &str| name.strip_prefix("segment-")?.strip_suffix(".jsonl")?.parse().ok();
        Self {
            stage: Stage::Mark,
            segments: numbered(&segment),
            snapshots: numbered(&|name| snapshot::size_of(name)),
            listing: listing.clone(),
            mark: Mark::default(),
            checkpoint: None,
            reader: Reader::default(),
            skip: 0,
            torn: None,
        }
    }

    fn len_of(&self, file: &str) -> Option<u64> {
        self.listing.iter().find(|(name, _)| name == file).map(|(_, len)| *len)
    }

    fn checkpoint_size(&self) -> u64 {
        self.checkpoint.as_ref().map_or(0, |(checkpoint, _)| checkpoint.size)
    }

    /// A name for what is set aside that is not taken yet.
    fn torn_file(&self, seq: u64) -> String {
        let plain = format!("torn-{seq:016}");
        let mut names = (1..).map(|n| format!("{plain}.{n}"));
        if self.len_of(&plain).is_none() {
            plain
        } else {
            names.find(|name| self.len_of(name).is_none()).unwrap_or_default()
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
        self.advance(Recovery::new(listing));
    }

    /// Asks for what the stage needs, or goes on to the next stage if it needs nothing.
    fn advance(&mut self, mut recovery: Recovery) {
        let (file, offset, len) = loop {
            let whole = |file: &str| recovery.len_of(file).map(|len| (file.to_string(), 0, len));
            match &recovery.stage {
                Stage::Mark => match whole(mark::FILE) {
                    Some(read) => break read,
                    None => recovery.stage = Stage::Checkpoint,
                },
                Stage::Checkpoint => match whole(seal::FILE) {
                    Some(read) => break read,
                    None => recovery.stage = Stage::Snapshot,
                },
                Stage::Snapshot => match recovery.snapshots.last() {
                    Some((size, len)) => break (snapshot::file(*size), 0, *len),
                    None => recovery.stage = Stage::Segment(0),
                },
                Stage::Segment(at) => match recovery.segments.get(*at) {
                    Some((first, _)) => {
                        break (segment_file(*first), recovery.reader.wanted_from(), self.config.read_bytes);
                    }
                    None => recovery.stage = Stage::Settle,
                },
                Stage::Torn(at, bad) => {
                    let (first, len) = recovery.segments[*at];
                    break (segment_file(first), bad.offset, len.saturating_sub(bad.offset));
                }
                Stage::Settle => return self.settle(recovery),
            }
        };
        self.phase = Phase::Recovering(Box::new(recovery));
        self.ask(FileOp::Read { file, offset, len }, Purpose::Recovery);
    }

    /// What was asked for came.
    pub(super) fn recovery_read(&mut self, bytes: &[u8]) {
        let Phase::Recovering(recovery) = core::mem::replace(&mut self.phase, Phase::Halted) else { return };
        let mut recovery = *recovery;
        match recovery.stage {
            Stage::Mark => {
                recovery.mark = Mark::read(bytes).unwrap_or_default();
                recovery.stage = Stage::Checkpoint;
                self.advance(recovery);
            }
            Stage::Checkpoint => self.checkpoint_read(recovery, bytes),
            Stage::Snapshot => self.snapshot_read(recovery, bytes),
            Stage::Segment(at) => self.segment_read(recovery, at, bytes),
            Stage::Torn(at, ref bad) => {
                let bad = bad.clone();
                self.set_aside(recovery, at, bad, bytes);
            }
            Stage::Settle => self.serve(recovery),
        }
    }

    fn checkpoint_read(&mut self, mut recovery: Recovery, bytes: &[u8]) {
        let note = String::from_utf8_lossy(bytes).into_owned();
        match Checkpoint::read_unverified(bytes) {
            Ok(checkpoint) => recovery.checkpoint = Some((checkpoint, note)),
            Err(error) => return self.stop(seal::FILE.to_string(), 0, format!("{error}")),
        }
        recovery.stage = Stage::Snapshot;
        self.seal.size = recovery.checkpoint_size();
        self.advance(recovery);
    }

    /// A snapshot is used only under the checkpoint: the tail then still proves that it leads there.
    fn snapshot_read(&mut self, mut recovery: Recovery, bytes: &[u8]) {
        let Some((size, _)) = recovery.snapshots.pop() else { return self.advance(recovery) };
        let file = snapshot::file(size);
        let known = recovery.checkpoint.is_none() || size <= recovery.checkpoint_size();
        let Some((ledger, receipts)) =
            snapshot::read::<M>(bytes).filter(|(ledger, _)| known && ledger.head.size == size)
        else {
            self.ask(FileOp::Remove { file }, Purpose::Step);
            return self.advance(recovery);
        };
        let at = recovery.segments.iter().rposition(|(first, _)| *first <= size).unwrap_or(0);
        recovery.skip = size - recovery.segments.get(at).map_or(size, |(first, _)| (*first).min(size));
        (self.applied, self.receipts) = (ledger, receipts);
        (self.seal.snapshot_size, self.seal.snapshot_file) = (size, Some(file));
        recovery.snapshots.clear();
        recovery.stage = Stage::Segment(at);
        if let Err(halt) = self.check_checkpoint(&recovery) {
            return self.halt(halt);
        }
        self.advance(recovery);
    }

    fn segment_read(&mut self, mut recovery: Recovery, at: usize, bytes: &[u8]) {
        let (first, len) = recovery.segments[at];
        recovery.reader.feed(bytes);
        let at_end = bytes.is_empty() || recovery.reader.wanted_from() >= len;
        let expected = self.applied.head.size - recovery.skip;
        if recovery.reader.offset() == 0 && first != expected {
            let reason = format!("the segment begins with entry {first}, the ledger goes on with {expected}");
            return self.bad(recovery, at, Bad { offset: 0, seq: expected, reason });
        }
        loop {
            let offset = recovery.reader.offset();
            match recovery.reader.next(at_end) {
                Next::More => return self.advance(recovery),
                Next::End => {
                    self.segment = Some(Segment { first, end: recovery.reader.offset() });
                    recovery.reader = Reader::default();
                    recovery.stage = Stage::Segment(at + 1);
                    return self.advance(recovery);
                }
                Next::Bad(reason) => {
                    let seq = self.applied.head.size - recovery.skip;
                    let offset = recovery.reader.offset();
                    return self.bad(recovery, at, Bad { offset, seq, reason });
                }
                Next::Line(line) => {
                    if let Err(reason) = self.line_read(&mut recovery, Segment { first, end: offset }, &line) {
                        let seq = self.applied.head.size - recovery.skip;
                        return self.bad(recovery, at, Bad { offset, seq, reason });
                    }
                    if let Err(halt) = self.check_checkpoint(&recovery) {
                        return self.halt(halt);
                    }
                }
            }
        }
    }

    /// Applies one stored line. Where it may yet turn out unfinished, a copy is tried first.
    fn line_read(&mut self, recovery: &mut Recovery, place: Segment, line: &[u8]) -> Result<(), String> {
        if recovery.skip > 0 {
            recovery.skip -= 1;
            let last = format!("\"hash\":\"{}\"", self.applied.head.hash);
            let found = line.windows(last.len()).any(|part| part == last.as_bytes());
            return if recovery.skip > 0 || found { Ok(()) } else { Err("not the entry of the snapshot".to_string()) };
        }
        let doubtful = self.applied.head.size >= recovery.mark.size;
        let before = doubtful.then(|| self.applied.clone());
        match self.applied.replay(line) {
            Ok(entry) => {
                self.keep_receipt(&entry, &place);
                let entry = Arc::new(entry);
                if doubtful {
                    self.queue.push(entry);
                } else {
                    self.out.push_back(Output::Entry { entry, replayed: true });
                }
                Ok(())
            }
            Err(error) => {
                if let Some(before) = before {
                    self.applied = before;
                }
                Err(describe(&error))
            }
        }
    }

    /// A place does not verify: stop if it was durable, else read what is to be set aside.
    fn bad(&mut self, mut recovery: Recovery, at: usize, bad: Bad) {
        if bad.seq < recovery.mark.size.max(recovery.checkpoint_size()) {
            let file = segment_file(recovery.segments[at].0);
            return self.halt(Halt { file, offset: bad.offset, seq: bad.seq, reason: bad.reason });
        }
        recovery.stage = Stage::Torn(at, bad);
        self.advance(recovery);
    }

    /// Moves the torn end, and every segment after it, into files of their own; nothing is cut before they are durable.
    fn set_aside(&mut self, mut recovery: Recovery, at: usize, bad: Bad, bytes: &[u8]) {
        let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        let torn = recovery.torn_file(bad.seq);
        let (first, _) = recovery.segments[at];
        self.ask(FileOp::Create { file: torn.clone(), len: end as u64 }, Purpose::Step);
        self.ask(FileOp::WriteAt { file: torn.clone(), offset: 0, bytes: bytes[..end].to_vec() }, Purpose::Step);
        self.ask(FileOp::Sync { file: torn.clone() }, Purpose::Step);
        for (later, _) in &recovery.segments[at + 1..] {
            let to = format!("{torn}.{}", segment_file(*later));
            self.ask(FileOp::Rename { from: segment_file(*later), to }, Purpose::Step);
        }
        self.ask(FileOp::SyncDir, Purpose::Step);
        let file = segment_file(first);
        self.ask(FileOp::Cut { file: file.clone(), len: bad.offset }, Purpose::Step);
        self.ask(FileOp::Cut { file, len: self.config.segment_bytes.max(bad.offset) }, Purpose::Step);
        self.segment = Some(Segment { first, end: bad.offset });
        recovery.torn = Some(Torn { file: torn, bytes: end as u64, seq: bad.seq, reason: bad.reason });
        recovery.stage = Stage::Settle;
        self.advance(recovery);
    }

    /// Everything is read: the last doubts, then one sync, so that all that was read is durable.
    fn settle(&mut self, recovery: Recovery) {
        let (size, sealed) = (self.applied.head.size, recovery.checkpoint_size());
        if size < sealed.max(recovery.mark.size) || recovery.skip > 0 {
            let known = sealed.max(recovery.mark.size);
            return self.stop(seal::FILE.to_string(), size, format!("{known} entries were durable, {size} are left"));
        }
        let Some(segment) = self.segment.filter(|_| size > 0) else {
            self.segment = None;
            return self.serve(recovery);
        };
        if recovery.len_of(mark::FILE).is_none() {
            self.ask(Mark::create(), Purpose::Step);
        }
        let file = segment_file(segment.first);
        let bytes = self.doubtful_bytes(segment.first);
        if !bytes.is_empty() {
            let offset = segment.end - bytes.len() as u64;
            self.ask(FileOp::WriteAt { file: file.clone(), offset, bytes }, Purpose::Step);
        }
        self.ask(FileOp::Sync { file }, Purpose::Step);
        self.phase = Phase::Recovering(Box::new(Recovery { stage: Stage::Settle, ..recovery }));
        self.ask(FileOp::SyncDir, Purpose::Recovery);
    }

    /// The lines of the last segment that are not known to be durable. Those of earlier ones are: a segment is begun only
    /// once the last group of the one before it was synced.
    fn doubtful_bytes(&self, first: u64) -> Vec<u8> {
        let entries = self.queue.iter().filter(|entry| entry.stamp.seq >= first);
        entries.flat_map(|entry| entry.line.iter().copied().chain([b'\n'])).collect()
    }

    fn serve(&mut self, recovery: Recovery) {
        self.durable = self.applied.clone();
        self.out.extend(self.queue.drain(..).map(|entry| Output::Entry { entry, replayed: true }));
        self.phase = Phase::Serving;
        if self.applied.head.size > 0 {
            self.write_mark();
        }
        #[cfg(feature = "planted")]
        if self.planted(super::Planted::ForgetWindow) {
            M::plant(&mut self.applied.state, "forget_window");
        }
        self.out.push_back(Output::Ready { torn: recovery.torn });
    }

    /// Once the ledger is as long as its checkpoint says, it must be the one that was signed.
    fn check_checkpoint(&self, recovery: &Recovery) -> Result<(), Halt> {
        let head = &self.applied.head;
        let Some((checkpoint, note)) = recovery.checkpoint.as_ref().filter(|(sealed, _)| sealed.size == head.size)
        else {
            return Ok(());
        };
        let halt = |reason: String| Halt { file: seal::FILE.to_string(), offset: 0, seq: head.size, reason };
        let settings =
            M::settings(&self.applied.state).ok_or_else(|| halt("a ledger without a genesis".to_string()))?;
        let key = NoteKey::new(settings.origin, settings.log_key);
        key.and_then(|key| Checkpoint::open(note, &key)).map_err(|error| halt(format!("{error}")))?;
        if checkpoint.root == head.tree.root() {
            Ok(())
        } else {
            Err(halt("signed another tree of this size".to_string()))
        }
    }

    fn stop(&mut self, file: String, seq: u64, reason: String) {
        self.halt(Halt { file, offset: 0, seq, reason });
    }
}

fn describe(error: &BadLine) -> String {
    format!("{error}")
}
