//! Group commit: all queued lines in one write and one sync, segments and their rotation, and what a sync releases.

use alloc::{format, string::String, sync::Arc, vec::Vec};

use super::{Answer, Node, Output, Phase, Purpose, Receipt, Waiting, mark::Mark};
use crate::{
    bug,
    kernel::{
        entry::{Entry, Ledger},
        files::FileOp,
        machine::{Ledgered, Verifier},
    },
};

/// A segment: so many bytes of lines, from entry `first` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    /// The seq of its first entry: its name.
    pub(super) first: u64,
    /// Where the next line goes, or would go, in bytes.
    pub(super) end: u64,
}

/// The segments of the ledger, in order; the last one is being written.
#[derive(Debug, Default)]
pub(super) struct Segments(Vec<Segment>);

impl Segments {
    pub(super) fn last(&self) -> Option<Segment> {
        self.0.last().copied()
    }

    pub(super) fn push(&mut self, segment: Segment) {
        let last = self.last();
        assert!(last.is_none_or(|last| last.first < segment.first), "segment {} behind {last:?}", segment.first);
        self.0.push(segment);
    }

    /// Moves the end of the last segment.
    fn grow(&mut self, end: u64) {
        let Some(last) = self.0.last_mut() else { bug!("there is no segment that could grow to {end}") };
        assert!(last.end < end, "a group of no bytes: {} to {end}", last.end);
        last.end = end;
    }

    /// The numbers of their first entries, in order.
    pub(super) fn firsts(&self) -> impl Iterator<Item = u64> {
        self.0.iter().map(|segment| segment.first)
    }

    /// The segment that holds an entry, and the seq of the first entry behind it, if that is in another segment.
    pub(super) fn holding(&self, seq: u64) -> Option<(Segment, Option<u64>)> {
        let behind = self.0.partition_point(|segment| segment.first <= seq);
        let segment = self.0.get(behind.checked_sub(1)?)?;
        Some((*segment, self.0.get(behind).map(|next| next.first)))
    }
}

/// Entries that are being written, and the ledger as their last one left it.
#[derive(Debug)]
pub(super) struct Group<M: Ledgered> {
    entries: Vec<Arc<Entry<M>>>,
    after: Ledger<M>,
    segment: Segment,
}

/// The file of the segment that begins with entry `first`.
pub(super) fn segment_file(first: u64) -> String {
    format!("segment-{first:016}.jsonl")
}

impl<M: Ledgered, V: Verifier<M>> Node<M, V> {
    /// Writes and syncs all that is queued, unless a group is being written or there is nothing.
    pub(super) fn write_group(&mut self) {
        if self.group.is_some() || self.queue.is_empty() || !matches!(self.phase, Phase::Serving) {
            return;
        }
        let entries = core::mem::take(&mut self.queue);
        let seq = entries[0].stamp.seq;
        assert_eq!(seq, self.durable.head.size, "a group begins where the durable ledger ends");
        assert_eq!(seq + entries.len() as u64, self.applied.head.size, "a group is all that is applied");
        let segment = self.segment_for(seq);
        let mut bytes = Vec::with_capacity(entries.iter().map(|entry| entry.line.len() + 1).sum());
        for entry in &entries {
            self.place_snapshot(entry.stamp.seq, segment.first, segment.end + bytes.len() as u64);
            bytes.extend_from_slice(&entry.line);
            bytes.push(b'\n');
        }
        self.segments.grow(segment.end + bytes.len() as u64);
        let after = Segment { end: segment.end + bytes.len() as u64, ..segment };
        self.group = Some(Group { entries, after: self.applied.clone(), segment: after });
        let (written, synced) = self.purposes();
        let file = segment_file(segment.first);
        self.ask(FileOp::WriteAt { file: file.clone(), offset: segment.end, bytes }, written);
        self.ask(FileOp::Sync { file }, synced);
    }

    /// What the completion of the group's write, and of its sync, mean.
    fn purposes(&self) -> (Purpose<M>, Purpose<M>) {
        #[cfg(feature = "planted")]
        if self.planted(super::Planted::AckBeforeSync) {
            return (Purpose::GroupDurable, Purpose::Step);
        }
        (Purpose::Step, Purpose::GroupDurable)
    }

    /// The segment for the next group: the current one, or a new one if that is full or there is none.
    fn segment_for(&mut self, seq: u64) -> Segment {
        match self.segments.last() {
            Some(segment) if segment.end < self.config.segment_bytes => segment,
            Some(_) => {
                self.cut_segment();
                self.create_segment(seq)
            }
            None => self.create_segment(seq),
        }
    }

    /// Begins a segment. Every entry before it is durable: so only the last segment can ever hold lines that were not synced.
    fn create_segment(&mut self, first: u64) -> Segment {
        assert_eq!(
            first, self.durable.head.size,
            "a segment is begun once the last group of the one before is durable"
        );
        let file = segment_file(first);
        self.ask(FileOp::Create { file: file.clone(), len: self.config.segment_bytes }, Purpose::Step);
        self.ask(FileOp::Sync { file }, Purpose::Step);
        if first == 0 {
            self.ask(Mark::create(), Purpose::Step);
        }
        self.ask(FileOp::SyncDir, Purpose::Step);
        let segment = Segment { first, end: 0 };
        self.segments.push(segment);
        segment
    }

    /// Cuts the current segment to its length and makes that durable.
    pub(super) fn cut_segment(&mut self) {
        if let Some(Segment { first, end }) = self.segments.last() {
            let file = segment_file(first);
            self.ask(FileOp::Cut { file: file.clone(), len: end }, Purpose::Step);
            self.ask(FileOp::Sync { file }, Purpose::Step);
        }
    }

    /// The group is durable: moves the durable head, then lets go what waited for it, in order.
    pub(super) fn group_durable(&mut self) {
        let Some(group) = self.group.take() else { bug!("a group became durable that nobody wrote") };
        let size = self.durable.head.size + group.entries.len() as u64;
        assert_eq!(group.after.head.size, size, "the group's entries are those between the two heads");
        assert!(size <= self.applied.head.size, "{size} entries are durable, {} are applied", self.applied.head.size);
        assert_eq!(self.segments.last(), Some(group.segment), "the segment ends with the group");
        let entries = group.entries.len();
        self.durable = group.after;
        for entry in group.entries {
            let in_flight = self.in_flight.remove(&entry.id);
            assert!(in_flight == Some(entry.stamp.seq) || self.is_planted(), "{in_flight:?} was in flight");
            self.keep_receipt(&entry);
            self.out.push_back(Output::Entry { entry: Arc::clone(&entry), replayed: false });
            self.release(&entry);
        }
        self.write_mark();
        self.sweep_receipts(entries);
        self.seal();
        self.write_group();
        self.close_if_quiet();
    }

    /// Releases the answers that waited for this entry.
    fn release(&mut self, entry: &Arc<Entry<M>>) {
        for (ticket, waiting) in self.answers.release(entry.stamp.seq + 1) {
            let answer = match waiting {
                Waiting::Refusal(refusal) => Answer::Refused(refusal),
                Waiting::Entry { seq, repeated } => {
                    assert_eq!(seq, entry.stamp.seq, "an answer waits for its own entry");
                    Answer::Accepted(Receipt { seq, id: entry.id, line: entry.line.clone(), repeated })
                }
            };
            self.out.push_back(Output::Reply(ticket, answer));
        }
    }

    /// Notes, unsynced, how far the ledger is known to be durable and sealed.
    pub(super) fn write_mark(&mut self) {
        assert!(self.group.is_none(), "the end of the segment is that of the durable ledger");
        let (size, sealed) = (self.durable.head.size, self.seal.size);
        let Some(Segment { first, end }) = self.segments.last() else {
            bug!("{size} entries are durable in no segment")
        };
        self.ask(Mark { size, segment: first, end, sealed }.write(), Purpose::Step);
    }
}
