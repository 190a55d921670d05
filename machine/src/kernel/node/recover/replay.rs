//! Replaying: every line is applied and compared, and those that no checkpoint vouches for are verified too.

use alloc::{
    format,
    string::{String, ToString as _},
    sync::Arc,
};

use super::{Recovery, Stage};
use crate::{
    bug,
    kernel::{
        entry::{BadLine, Entry, LINE_BYTES_MAX, Outline},
        files::FileOp,
        machine::{Ledgered, Verifier},
        node::{
            Halt, Node, Output, Purpose,
            group::{Segment, segment_file},
            lines::{Lines, Next},
            seal,
        },
        note::{Checkpoint, NoteKey},
    },
};

/// How far replaying is: the number of the segment among the others, and its lines.
#[derive(Debug)]
pub(super) struct Replay {
    pub(super) at: usize,
    pub(super) lines: Lines,
}

impl Replay {
    /// From the beginning of a segment on.
    pub(super) fn of(at: usize) -> Self {
        Self { at, lines: Lines::from(0, LINE_BYTES_MAX) }
    }
}

impl<M: Ledgered> Recovery<M> {
    /// A segment's first entry, and where its lines end: the last one's were found by the scan.
    pub(super) fn segment(&self, at: usize) -> Option<Segment> {
        let (first, len) = *self.segments.get(at)?;
        let is_last = at + 1 == self.segments.len();
        Some(Segment { first, end: if is_last { self.end } else { len } })
    }
}

impl<M: Ledgered, V: Verifier<M>> Node<M, V> {
    /// Begins with the segment of this number, if there is one.
    pub(super) fn replay_segment(&mut self, recovery: &mut Recovery<M>, at: usize) -> Result<(), Halt> {
        let Some(Segment { first, .. }) = recovery.segment(at).filter(|_| recovery.size > 0) else {
            recovery.stage = Stage::Done;
            return Ok(());
        };
        let expected = self.applied.head.size;
        if first != expected {
            let reason = format!("the segment begins with entry {first}, the ledger goes on with {expected}");
            return Err(Halt { file: segment_file(first), offset: 0, seq: expected, reason });
        }
        self.replay_on(recovery, Replay::of(at))
    }

    pub(super) fn replay_on(&mut self, recovery: &mut Recovery<M>, replay: Replay) -> Result<(), Halt> {
        let (first, _) = recovery.segments[replay.at];
        let offset = replay.lines.wanted_from();
        let len = self.config.read_bytes.min(recovery.bytes_left(&replay)).max(1);
        recovery.stage = Stage::Replay(replay);
        self.read_on(segment_file(first), offset, len)
    }

    pub(super) fn replay_read(
        &mut self,
        recovery: &mut Recovery<M>,
        mut replay: Replay,
        bytes: &[u8],
    ) -> Result<(), Halt> {
        let left = recovery.bytes_left(&replay);
        replay.lines.feed(&bytes[..(bytes.len() as u64).min(left) as usize]);
        let at_end = bytes.is_empty() || recovery.bytes_left(&replay) == 0;
        loop {
            let (offset, seq) = (replay.lines.offset(), self.applied.head.size);
            let done = match replay.lines.next(at_end) {
                Next::More => return self.replay_on(recovery, replay),
                Next::End => return self.replay_next(recovery, &replay),
                Next::Bad(reason) => Err(reason),
                Next::Line(line) => self.replay_line(recovery, replay.lines.bytes(&line)),
            };
            if let Err(reason) = done {
                return Err(Halt { file: segment_file(recovery.segments[replay.at].0), offset, seq, reason });
            }
            self.check_checkpoint(recovery)?;
        }
    }

    /// The segment was read: on to the next.
    fn replay_next(&mut self, recovery: &mut Recovery<M>, replay: &Replay) -> Result<(), Halt> {
        let (first, len) = recovery.segments[replay.at];
        let (end, is_last) = (replay.lines.offset(), replay.at + 1 == recovery.segments.len());
        assert!(!is_last || end == recovery.end, "lines end at {end}, and were found to end at {}", recovery.end);
        if !is_last && end < len {
            // the crash took the cut that ended the segment
            let file = segment_file(first);
            self.ask(FileOp::Cut { file: file.clone(), len: end }, Purpose::Step);
            self.ask(FileOp::Sync { file }, Purpose::Step);
        }
        self.segments.push(Segment { first, end });
        self.replay_segment(recovery, replay.at + 1)
    }

    /// Applies one stored line, and tells of it.
    fn replay_line(&mut self, recovery: &Recovery<M>, line: &[u8]) -> Result<(), String> {
        let entry = self.applied.replay(line).map_err(|error: BadLine| format!("{error}"))?;
        if entry.stamp.seq == 0 && self.applied.origin() != self.verifier.origin() {
            return Err(format!("this is the ledger of {}, not of {}", self.applied.origin(), self.verifier.origin()));
        }
        if entry.stamp.seq >= recovery.vouched {
            self.verify(&entry)?;
        }
        self.note_changes();
        self.keep_receipt(&entry);
        self.out.push_back(Output::Entry { entry: Arc::new(entry), replayed: true });
        Ok(())
    }

    /// Verifies the signatures of an entry that no checkpoint of ours covers.
    fn verify(&self, entry: &Entry<M>) -> Result<(), String> {
        let outline = Outline::read(&entry.line);
        let outline = outline.unwrap_or_else(|| bug!("entry {} was replayed and is not whole", entry.stamp.seq));
        let verified = self.verifier.verify(&entry.event, outline.event);
        verified.map_err(|refusal| format!("no checkpoint of ours covers it, and its event does not verify: {refusal}"))
    }

    /// Once the ledger is as long as its checkpoint says, it must be the one that was signed.
    pub(super) fn check_checkpoint(&self, recovery: &Recovery<M>) -> Result<(), Halt> {
        let head = &self.applied.head;
        let Some((checkpoint, note)) = recovery.checkpoint.as_ref().filter(|(sealed, _)| sealed.size == head.size)
        else {
            return Ok(());
        };
        let halt = |reason: String| Halt { file: seal::FILE.to_string(), offset: 0, seq: head.size, reason };
        let settings =
            M::settings(&self.applied.state).ok_or_else(|| halt("a ledger without a genesis".to_string()))?;
        let key = NoteKey::new(settings.origin, settings.log_key).map_err(|error| halt(format!("{error}")))?;
        Checkpoint::open(note, &key).map_err(|error| halt(format!("{error}")))?;
        if checkpoint.root == head.tree.root() {
            Ok(())
        } else {
            Err(halt("signed another tree of this size".to_string()))
        }
    }
}

impl<M: Ledgered> Recovery<M> {
    /// How much of the segment's lines was not read yet, in bytes.
    fn bytes_left(&self, replay: &Replay) -> u64 {
        let segment =
            self.segment(replay.at).unwrap_or_else(|| bug!("segment {} is replayed and not there", replay.at));
        segment.end.saturating_sub(replay.lines.wanted_from())
    }
}
