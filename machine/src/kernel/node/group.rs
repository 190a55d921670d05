//! Group commit: all queued lines in one write and one sync, segments and their rotation, and what a sync releases.

use alloc::{format, string::String, sync::Arc, vec::Vec};

use super::{Answer, Ledger, Node, Output, Phase, Purpose, Receipt, Waiting, mark::Mark, receipts::Place};
use crate::kernel::{
    Digest,
    entry::Entry,
    files::FileOp,
    machine::{Lane, Ledgered, Verifier},
};

/// The segment that is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    /// The seq of its first entry: its name.
    pub(super) first: u64,
    /// Where the next line goes, in bytes.
    pub(super) end: u64,
}

/// Entries that are being written, and the ledger as their last one left it.
#[derive(Debug)]
pub(super) struct Group<M: Ledgered> {
    entries: Vec<Arc<Entry<M>>>,
    after: Ledger<M>,
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
        let mut segment = self.segment_for(entries[0].stamp.seq);
        let file = segment_file(segment.first);
        let offset = segment.end;
        let mut bytes = Vec::with_capacity(entries.iter().map(|entry| entry.line.len() + 1).sum());
        for entry in &entries {
            self.keep_receipt(entry, &segment);
            bytes.extend_from_slice(&entry.line);
            bytes.push(b'\n');
            segment.end += entry.line.len() as u64 + 1;
        }
        self.segment = Some(segment);
        self.group = Some(Group { entries, after: self.applied.clone() });
        let (written, synced) = self.purposes();
        self.ask(FileOp::WriteAt { file: file.clone(), offset, bytes }, written);
        self.ask(FileOp::Sync { file }, synced);
    }

    /// What the completion of the group's write, and of its sync, mean.
    fn purposes(&self) -> (Purpose, Purpose) {
        #[cfg(feature = "planted")]
        if self.planted(super::Planted::AckBeforeSync) {
            return (Purpose::GroupDurable, Purpose::Step);
        }
        (Purpose::Step, Purpose::GroupDurable)
    }

    /// The segment for the next group: the current one, or a new one if that is full or there is none.
    fn segment_for(&mut self, seq: u64) -> Segment {
        match self.segment {
            Some(segment) if segment.end < self.config.segment_bytes => segment,
            full => {
                if full.is_some() {
                    self.cut_segment();
                }
                self.create_segment(seq)
            }
        }
    }

    fn create_segment(&mut self, first: u64) -> Segment {
        let file = segment_file(first);
        self.ask(FileOp::Create { file: file.clone(), len: self.config.segment_bytes }, Purpose::Step);
        self.ask(FileOp::Sync { file }, Purpose::Step);
        if first == 0 {
            self.ask(Mark::create(), Purpose::Step);
        }
        self.ask(FileOp::SyncDir, Purpose::Step);
        Segment { first, end: 0 }
    }

    /// Cuts the current segment to its length and makes that durable.
    pub(super) fn cut_segment(&mut self) {
        if let Some(segment) = self.segment {
            let file = segment_file(segment.first);
            self.ask(FileOp::Cut { file: file.clone(), len: segment.end }, Purpose::Step);
            self.ask(FileOp::Sync { file }, Purpose::Step);
        }
    }

    /// Remembers where the entry's line will stand, for when its event comes again.
    pub(super) fn keep_receipt(&mut self, entry: &Entry<M>, segment: &Segment) {
        let Some(lane) = M::lane(&entry.event, &entry.id) else { return };
        let place = Place {
            segment: segment.first,
            offset: segment.end,
            len: entry.line.len() as u64,
            seq: entry.stamp.seq,
            check: Digest::untagged(&[&entry.line]),
        };
        let Lane { key, slot } = lane;
        self.receipts.keep(key, slot, entry.id, place);
    }

    /// The group is durable: moves the durable head, then lets go what waited for it, in order.
    pub(super) fn group_durable(&mut self) {
        let Some(group) = self.group.take() else { return };
        self.durable = group.after;
        for entry in group.entries {
            self.in_flight.remove(&entry.id);
            self.out.push_back(Output::Entry { entry: Arc::clone(&entry), replayed: false });
            self.release(&entry);
        }
        self.write_mark();
        self.sweep_receipts();
        self.seal();
        self.write_group();
    }

    /// Releases the answers that waited for this entry.
    fn release(&mut self, entry: &Arc<Entry<M>>) {
        for (ticket, waiting) in self.waiting.remove(&(entry.stamp.seq + 1)).unwrap_or_default() {
            let answer = match waiting {
                Waiting::Refusal(refusal) => Answer::Refused(refusal),
                Waiting::Entry { seq, repeated } => {
                    Answer::Accepted(Receipt { seq, id: entry.id, line: entry.line.clone(), repeated })
                }
            };
            self.out.push_back(Output::Reply(ticket, answer));
        }
    }

    /// Notes, unsynced, how far the ledger is known to be durable.
    pub(super) fn write_mark(&mut self) {
        let Some(segment) = self.segment else { return };
        let mark = Mark { size: self.durable.head.size, segment: segment.first, end: segment.end };
        self.ask(mark.write(), Purpose::Step);
    }
}
