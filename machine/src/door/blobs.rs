//! Blobs: bytes by content, outside the ledger. Durable before anything may refer to them; deleted when nothing does.

use alloc::{
    collections::{BTreeMap, VecDeque},
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use super::Ticket;
use crate::{
    kernel::{
        Digest, Int,
        files::{FileOp, FileResult, Listing},
        node::Halt,
    },
    trust::words::Blob,
};

const PREFIX: &str = "blob-";
const NEW: &str = "blob.new-";

/// The file of a blob.
fn file(sha256: &Digest) -> String {
    format!("{PREFIX}{sha256}")
}

/// The blobs of one directory, and the operations under way on them.
#[derive(Debug, Default)]
pub(super) struct Blobs {
    /// Those that are stored, by their size.
    durable: BTreeMap<Digest, u64>,
    /// Who waits for a blob to become durable.
    storing: BTreeMap<Digest, Vec<Ticket>>,
    asked: VecDeque<Step>,
    ops: VecDeque<FileOp>,
}

/// What the completion of the next operation means.
#[derive(Debug)]
enum Step {
    Nothing,
    Stored(Blob),
    Read(Ticket, Digest),
}

/// What came of an operation.
#[derive(Debug)]
pub(super) enum Done {
    Nothing,
    Stored(Blob, Vec<Ticket>),
    Read(Ticket, Option<Vec<u8>>),
    Failed(Halt),
}

impl Blobs {
    /// The blobs of a directory; what a crash left unfinished is removed.
    pub(super) fn open(listing: &Listing) -> Self {
        let mut blobs = Self::default();
        for (name, len) in listing {
            if let Some(sha256) = name.strip_prefix(PREFIX).and_then(Digest::from_hex) {
                blobs.durable.insert(sha256, *len);
            } else if name.starts_with(NEW) {
                blobs.ask(FileOp::Remove { file: name.clone() }, Step::Nothing);
            }
        }
        blobs
    }

    pub(super) fn has(&self, blob: &Blob) -> bool {
        self.durable.get(&blob.sha256) == Some(&blob.size.get())
    }

    /// Stores a blob under its digest; the ticket is answered once it is durable.
    pub(super) fn put(&mut self, ticket: Ticket, bytes: &[u8]) -> Option<Blob> {
        let blob = Blob { sha256: Digest::untagged(&[bytes]), size: Int::saturating(bytes.len() as u64) };
        if self.has(&blob) {
            return Some(blob);
        }
        let waiting = self.storing.entry(blob.sha256).or_default();
        waiting.push(ticket);
        if waiting.len() == 1 {
            self.store(blob, bytes);
        }
        None
    }

    fn store(&mut self, blob: Blob, bytes: &[u8]) {
        let sha256 = blob.sha256;
        let (new, len) = (format!("{NEW}{sha256}"), bytes.len() as u64);
        self.ask(FileOp::Create { file: new.clone(), len }, Step::Nothing);
        self.ask(FileOp::WriteAt { file: new.clone(), offset: 0, bytes: bytes.to_vec() }, Step::Nothing);
        self.ask(FileOp::Sync { file: new.clone() }, Step::Nothing);
        self.ask(FileOp::Rename { from: new, to: file(&sha256) }, Step::Nothing);
        self.ask(FileOp::SyncDir, Step::Stored(blob));
    }

    /// Asks for a blob's bytes; false if there is none.
    pub(super) fn get(&mut self, ticket: Ticket, sha256: Digest, len: u64) -> bool {
        if !self.durable.contains_key(&sha256) {
            return false;
        }
        self.ask(FileOp::Read { file: file(&sha256), offset: 0, len }, Step::Read(ticket, sha256));
        true
    }

    /// Deletes what nobody refers to.
    pub(super) fn sweep(&mut self, referred: impl Fn(&Digest) -> bool) {
        let gone: Vec<_> = self.durable.keys().filter(|sha256| !referred(sha256)).copied().collect();
        for sha256 in gone {
            self.durable.remove(&sha256);
            self.ask(FileOp::Remove { file: file(&sha256) }, Step::Nothing);
        }
    }

    /// Deletes a blob, if it is stored.
    pub(super) fn erase(&mut self, sha256: &Digest) {
        if self.durable.remove(sha256).is_some() {
            self.ask(FileOp::Remove { file: file(sha256) }, Step::Nothing);
        }
    }

    fn ask(&mut self, op: FileOp, step: Step) {
        self.ops.push_back(op);
        self.asked.push_back(step);
    }

    pub(super) fn poll(&mut self) -> Option<FileOp> {
        self.ops.pop_front()
    }

    pub(super) fn idle(&self) -> bool {
        self.ops.is_empty() && self.asked.is_empty()
    }

    /// Takes the completion of the oldest operation under way: they come in order.
    pub(super) fn completed(&mut self, result: FileResult) -> Done {
        let Some(step) = self.asked.pop_front() else { return Done::Nothing };
        let bytes = match result {
            Ok(bytes) => bytes,
            Err(error) => {
                let (file, reason) = (error.file.clone(), error.to_string());
                return Done::Failed(Halt { file, offset: 0, seq: 0, reason });
            }
        };
        match step {
            Step::Nothing => Done::Nothing,
            Step::Stored(blob) => {
                self.durable.insert(blob.sha256, blob.size.get());
                Done::Stored(blob, self.storing.remove(&blob.sha256).unwrap_or_default())
            }
            Step::Read(ticket, sha256) => Done::Read(ticket, (Digest::untagged(&[&bytes]) == sha256).then_some(bytes)),
        }
    }
}
