//! Blobs: bytes by owner and content, outside the ledger. Durable before anything may refer to them; deleted when nothing does. A user's
//! copy is that user's alone: what somebody else erases is another file.

use alloc::{
    collections::{BTreeMap, VecDeque},
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use super::Ticket;
use crate::{
    bug,
    kernel::{
        Digest, Int,
        files::{FileOp, FileResult, Listing},
        node::Halt,
        table::RowKey as _,
    },
    trust::{
        UserId,
        types::{BLOB_BYTES_MAX, Blob},
    },
};

/// A user's copy of a blob: SHA-256 of the bytes, and whose it is.
pub(super) type Owned = (Digest, UserId);

/// So many operations are under way at most, each with up to 256 KiB: more is asked of the disk than it does, and must wait outside.
pub(super) const OPERATIONS_MAX: usize = 512;

const PREFIX: &str = "blob-";
const NEW: &str = "blob.new-";

/// The file of a blob.
fn file((sha256, owner): &Owned) -> String {
    format!("{PREFIX}{sha256}-{owner}")
}

/// The file of a blob that is being written.
fn new_file((sha256, owner): &Owned) -> String {
    format!("{NEW}{sha256}-{owner}")
}

/// The blob that a file holds; none if it is another file.
fn owned(file: &str) -> Option<Owned> {
    let (sha256, owner) = file.strip_prefix(PREFIX)?.split_once('-')?;
    Some((Digest::from_hex(sha256)?, UserId::parse(owner)?))
}

/// The blobs of one directory, and the operations under way on them.
#[derive(Debug, Default)]
pub(super) struct Blobs {
    /// The blobs that are stored, by their size in bytes.
    durable: BTreeMap<Owned, u64>,
    /// The stored blobs to which nothing refers any more, as long as an entry that does may be on its way to the disk. Nothing new
    /// may refer to them.
    leaving: BTreeMap<Owned, u64>,
    /// Who waits for a blob to become durable.
    storing: BTreeMap<Owned, Vec<Ticket>>,
    asked: VecDeque<Step>,
    ops: VecDeque<FileOp>,
}

/// What the completion of the next operation means.
#[derive(Debug)]
enum Step {
    Nothing,
    /// The new file's bytes are durable: only now it may take its name.
    Written(Owned, Blob),
    Stored(Owned, Blob),
    Read(Ticket, Digest),
}

/// What came of an operation.
#[derive(Debug)]
pub(super) enum Done {
    Nothing,
    Stored(Owned, Blob, Vec<Ticket>),
    Read(Ticket, Option<Vec<u8>>),
    Failed(Halt),
}

impl Blobs {
    /// The blobs of a directory; what a crash left unfinished is removed.
    pub(super) fn open(listing: &Listing) -> Self {
        let mut blobs = Self::default();
        for (name, len) in listing {
            if let Some(owned) = owned(name) {
                blobs.durable.insert(owned, *len);
            } else if name.starts_with(NEW) {
                blobs.ask(FileOp::Remove { file: name.clone() }, Step::Nothing);
            }
        }
        blobs
    }

    /// Whether as many operations are under way as may be.
    pub(super) fn is_full(&self) -> bool {
        self.asked.len() >= OPERATIONS_MAX
    }

    /// Whether a user stored a blob of this size.
    pub(super) fn has(&self, owned: &Owned, size: Int) -> bool {
        self.durable.get(owned) == Some(&size.get())
    }

    /// Who stored a blob.
    pub(super) fn owners(&self, sha256: &Digest) -> impl Iterator<Item = UserId> {
        let every = (*sha256, UserId(Digest::ZERO))..=(*sha256, UserId(Digest([0xff; 32])));
        self.durable.range(every).map(|((_, owner), _)| *owner)
    }

    /// Stores a blob; the ticket is answered once it is durable.
    pub(super) fn put(&mut self, ticket: Ticket, owned: Owned, blob: Blob, bytes: &[u8]) {
        assert_eq!((blob.sha256(), blob.size().get()), (owned.0, bytes.len() as u64), "a blob is its bytes");
        let waiting = self.storing.entry(owned).or_default();
        waiting.push(ticket);
        if waiting.len() > 1 {
            return;
        }
        let (file, len) = (new_file(&owned), bytes.len() as u64);
        self.ask(FileOp::Create { file: file.clone(), len }, Step::Nothing);
        self.ask(FileOp::WriteAt { file: file.clone(), offset: 0, bytes: bytes.to_vec() }, Step::Nothing);
        self.ask(FileOp::Sync { file }, Step::Written(owned, blob));
    }

    /// Asks for the bytes of a blob that is stored.
    pub(super) fn get(&mut self, ticket: Ticket, owned: Owned) {
        assert!(self.durable.contains_key(&owned), "{} is stored", file(&owned));
        self.ask(FileOp::Read { file: file(&owned), offset: 0, len: BLOB_BYTES_MAX }, Step::Read(ticket, owned.0));
    }

    /// Deletes what nobody refers to.
    pub(super) fn sweep(&mut self, referred: impl Fn(&Owned) -> bool) {
        let gone: Vec<_> = self.durable.keys().filter(|owned| !referred(owned)).copied().collect();
        gone.iter().for_each(|owned| self.remove(owned));
    }

    /// Deletes a blob, if it is stored.
    pub(super) fn remove(&mut self, owned: &Owned) {
        let (stored, leaving) = (self.durable.remove(owned), self.leaving.remove(owned));
        if stored.or(leaving).is_some() {
            self.ask(FileOp::Remove { file: file(owned) }, Step::Nothing);
        }
    }

    /// Nothing durable refers to a blob any more: it stays until it is known whether an entry on its way to the disk does.
    pub(super) fn leave(&mut self, owned: &Owned) {
        if let Some(size) = self.durable.remove(owned) {
            self.leaving.insert(*owned, size);
        }
    }

    /// It is known whether something refers to a blob that was to leave: it stays, or is deleted unless it was put again.
    pub(super) fn left(&mut self, owned: &Owned, is_referred: bool) {
        let Some(size) = self.leaving.remove(owned) else { return };
        if is_referred {
            self.durable.insert(*owned, size);
        } else if !self.durable.contains_key(owned) && !self.storing.contains_key(owned) {
            self.ask(FileOp::Remove { file: file(owned) }, Step::Nothing);
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
        let Some(step) = self.asked.pop_front() else { bug!("an operation on blobs completed that was not asked for") };
        let bytes = match result {
            Ok(bytes) => bytes,
            Err(error) => {
                let (file, reason) = (error.file.clone(), error.to_string());
                return Done::Failed(Halt { file, offset: 0, seq: 0, reason });
            }
        };
        match step {
            Step::Nothing => Done::Nothing,
            Step::Written(owned, blob) => {
                self.ask(FileOp::Rename { from: new_file(&owned), to: file(&owned) }, Step::Nothing);
                self.ask(FileOp::SyncDir, Step::Stored(owned, blob));
                Done::Nothing
            }
            Step::Stored(owned, blob) => {
                self.durable.insert(owned, blob.size().get());
                Done::Stored(owned, blob, self.storing.remove(&owned).unwrap_or_default())
            }
            Step::Read(ticket, sha256) => Done::Read(ticket, (Digest::untagged(&[&bytes]) == sha256).then_some(bytes)),
        }
    }
}
