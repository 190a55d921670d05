//! What a node wants done and tells: file operations, entries, answers, and why it stopped.

use alloc::{string::String, sync::Arc, vec::Vec};

use crate::kernel::{Digest, entry::Entry, files::FileRequest, machine::Ledgered};

/// Names a submission to whoever made it.
pub type Ticket = u64;

/// What a node wants done, or tells.
#[derive(Debug)]
pub enum Output<M: Ledgered> {
    /// Execute this, in order, and report its completion.
    File(FileRequest),
    /// The answer to a submission.
    Reply(Ticket, Answer<M>),
    /// An entry became durable; entries come in order, each once a run. Replayed ones come during recovery, so that
    /// views can be rebuilt: their effects were released in an earlier run, or never will be.
    Entry {
        /// The entry.
        entry: Arc<Entry<M>>,
        /// Whether it was read back from disk.
        replayed: bool,
    },
    /// A signed checkpoint, durable.
    Checkpoint(String),
    /// Recovery is over: submissions are taken from now on.
    Ready {
        /// What was set aside, if anything.
        torn: Option<Torn>,
        /// The node holds the log key in force and the ledger is long enough for a checkpoint, and there was none. Every signature
        /// was checked instead; whether entries are missing at the end, only somebody who has an older checkpoint can tell.
        unsealed: bool,
    },
    /// The node stopped for good; nothing further leaves it.
    Halted(Halt),
}

/// The answer to a submission.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer<M: Ledgered> {
    /// It is an entry, durable.
    Accepted(Receipt),
    /// It is none.
    Refused(M::Refusal),
    /// The node is not serving: recovering, or not founded. Nothing was judged.
    Unavailable,
    /// The node holds as much as its configuration allows. Nothing was judged; later it may be.
    Busy,
}

/// An accepted submission's entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The entry's seq.
    pub seq: u64,
    /// The event's id.
    pub id: Digest,
    /// The entry's line, without its newline.
    pub line: Vec<u8>,
    /// Whether this is the answer to an earlier submission of the same event.
    pub repeated: bool,
}

/// What a crash left unfinished at the ledger's end, and recovery put beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Torn {
    /// The file in which it is kept.
    pub file: String,
    /// How many bytes.
    pub bytes: u64,
    /// The seq of the first entry that was not written whole.
    pub seq: u64,
    /// What was wrong with it.
    pub reason: String,
}

/// Why a node stopped, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("halted at {file}, byte {offset}, entry {seq}: {reason}")]
pub struct Halt {
    /// The file.
    pub file: String,
    /// Byte offset in it.
    pub offset: u64,
    /// The entry concerned.
    pub seq: u64,
    /// What is wrong.
    pub reason: String,
}
