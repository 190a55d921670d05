//! Snapshots: a ledger's state written down, so that a restart need not replay all of it. A cache, checked, never trusted.
//!
//! A file of canonical lines: the head with the state root, every row, every receipt, and last a digest of all bytes
//! before it. One whose digest or root differs is thrown away, and the ledger is replayed from further back.

use alloc::{format, string::String, vec::Vec};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{
    Ledger, Node, Purpose,
    receipts::{Kept, Place, Receipts},
};
use crate::kernel::{
    Digest, Int,
    canonical::to_bytes,
    entry::Head,
    files::FileOp,
    machine::{Ledgered, Verifier},
    merkle::Frontier,
    table::{Tables as _, restore, state_root},
    tags,
};

pub(super) const NEW: &str = "snapshot.new";
const PREFIX: &str = "snapshot-";
const SUFFIX: &str = ".jsonl";

pub(super) fn file(size: u64) -> String {
    format!("{PREFIX}{size:016}{SUFFIX}")
}

/// The ledger's size that a snapshot file names; none if it is no snapshot.
pub(super) fn size_of(file: &str) -> Option<u64> {
    file.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?.parse().ok()
}

/// A snapshot being written, and the file that it makes superfluous.
#[derive(Debug)]
pub(super) struct Replacing {
    pub(super) new: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadLine {
    at: Int,
    hash: Digest,
    peaks: Vec<Digest>,
    size: Int,
    state: Digest,
    v: Int,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReceiptLine {
    check: Digest,
    id: Digest,
    lane: Digest,
    len: Int,
    offset: Int,
    segment: Int,
    seq: Int,
    slot: Int,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckLine {
    check: Digest,
}

impl<M: Ledgered, V: Verifier<M>> Node<M, V> {
    /// Keeps the ledger as this entry left it, if a snapshot is due and the entry carries a state root.
    pub(super) fn note_snapshot(&mut self, seq: u64) {
        let every = self.config.snapshot_every;
        let busy = self.seal.snapshot_due.is_some() || self.seal.snapshot_pending.is_some();
        let rooted =
            M::settings(&self.applied.state).is_some_and(|settings| seq.is_multiple_of(settings.state_every.max(1)));
        if every > 0 && !busy && rooted && seq + 1 >= self.seal.snapshot_size + every {
            self.seal.snapshot_due = Some(self.applied.clone());
        }
    }

    pub(super) fn write_snapshot(&mut self) {
        let Some(mut ledger) = self.seal.snapshot_due.take() else { return };
        let bytes = write(&mut ledger, &self.receipts, self.durable.head.size);
        let (from, to, len) = (String::from(NEW), file(ledger.head.size), bytes.len() as u64);
        self.seal.snapshot_size = ledger.head.size;
        self.seal.snapshot_pending = Some(Replacing { new: to.clone() });
        self.ask_all(
            [
                FileOp::Create { file: from.clone(), len },
                FileOp::WriteAt { file: from.clone(), offset: 0, bytes },
                FileOp::Sync { file: from.clone() },
                FileOp::Rename { from, to },
            ],
            FileOp::SyncDir,
            Purpose::Snapshot,
        );
    }

    /// The new snapshot is durable: the one before it may go.
    pub(super) fn snapshot_durable(&mut self) {
        let Some(Replacing { new }) = self.seal.snapshot_pending.take() else { return };
        if let Some(old) = self.seal.snapshot_file.replace(new) {
            self.ask(FileOp::Remove { file: old }, Purpose::Step);
            self.ask(FileOp::SyncDir, Purpose::Step);
        }
    }
}

/// A snapshot's bytes; receipts only of entries below `durable`.
fn write<M: Ledgered>(ledger: &mut Ledger<M>, receipts: &Receipts, durable: u64) -> Vec<u8> {
    let mut out = Vec::new();
    let state = state_root(&mut ledger.state);
    let Head { size, hash, at, ref tree } = ledger.head;
    let [at, size] = [at, size].map(Int::saturating);
    line(&mut out, &HeadLine { at, hash, peaks: tree.peaks().to_vec(), size, state, v: Int::from(1) });
    ledger.state.each(&mut |table| {
        let name = table.name();
        table.rows_out(&mut |key, value| {
            out.extend(format!("[\"{name}\",").bytes());
            out.extend(to_bytes(&key));
            out.push(b',');
            out.extend(value);
            out.extend_from_slice(b"]\n");
        });
    });
    for (lane, kept) in receipts.each().filter(|(_, kept)| kept.place.seq < durable) {
        line(&mut out, &receipt_line(*lane, kept));
    }
    let check = Digest::of(tags::SNAPSHOT, &[&out]);
    line(&mut out, &CheckLine { check });
    out
}

fn line(out: &mut Vec<u8>, value: &impl Serialize) {
    out.extend(to_bytes(value));
    out.push(b'\n');
}

fn receipt_line(lane: Digest, Kept { slot, id, place }: &Kept) -> ReceiptLine {
    let [segment, offset, len, seq] = [place.segment, place.offset, place.len, place.seq].map(Int::saturating);
    ReceiptLine { check: place.check, id: *id, lane, len, offset, segment, seq, slot: Int::from(u32::from(*slot)) }
}

/// Reads a snapshot; none if anything about it is not as it was written.
pub(super) fn read<M: Ledgered>(bytes: &[u8]) -> Option<(Ledger<M>, Receipts)> {
    let body_end = bytes.strip_suffix(b"\n")?.iter().rposition(|byte| *byte == b'\n')? + 1;
    let check: CheckLine = serde_json::from_slice(&bytes[body_end..]).ok()?;
    if check.check != Digest::of(tags::SNAPSHOT, &[&bytes[..body_end]]) {
        return None;
    }
    let mut lines = bytes[..body_end].strip_suffix(b"\n")?.split(|byte| *byte == b'\n');
    let head: HeadLine = serde_json::from_slice(lines.next()?).ok()?;
    let mut ledger = Ledger::<M>::default();
    let mut receipts = Receipts::default();
    for line in lines {
        if line.first() == Some(&b'[') {
            let (table, key, value): (&str, String, &RawValue) = serde_json::from_slice(line).ok()?;
            restore(&mut ledger.state, table, &key, value.get().as_bytes()).then_some(())?;
        } else {
            read_receipt(serde_json::from_slice(line).ok()?, &mut receipts)?;
        }
    }
    let tree = Frontier::from_parts(head.size.get(), head.peaks)?;
    ledger.head = Head { size: head.size.get(), hash: head.hash, at: head.at.get(), tree };
    (state_root(&mut ledger.state) == head.state).then_some((ledger, receipts))
}

fn read_receipt(line: ReceiptLine, receipts: &mut Receipts) -> Option<()> {
    let [segment, offset, len, seq] = [line.segment, line.offset, line.len, line.seq].map(Int::get);
    let place = Place { segment, offset, len, seq, check: line.check };
    receipts.keep(line.lane, u8::try_from(line.slot.get()).ok()?, line.id, place);
    Some(())
}
