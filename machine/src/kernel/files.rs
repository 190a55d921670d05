//! File operations as data: what a `Node` asks of a disk, and what the disk answers.
//!
//! Whoever executes them (one thread over a real directory, or the simulated disk with faults) does so strictly in
//! the order in which they were asked, and reports each completion once. There is one flat directory.

use alloc::{string::String, vec::Vec};

/// Tells one asked operation from another; unique within one run of one process.
pub type OpId = u64;

/// An operation with its id: the completion names the id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRequest {
    /// Named again by the completion.
    pub id: OpId,
    /// What to do.
    pub op: FileOp,
}

/// One operation on one flat directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileOp {
    /// Makes the file (replacing one of that name), `len` zero bytes long. Durable after `Sync` and `SyncDir`.
    Create {
        /// Name in the directory.
        file: String,
        /// Length in bytes, all zero, preallocated.
        len: u64,
    },
    /// Writes all bytes at an offset; a file grows where needed. Durable after `Sync`.
    WriteAt {
        /// Name in the directory.
        file: String,
        /// From the file's start, in bytes.
        offset: u64,
        /// What to write.
        bytes: Vec<u8>,
    },
    /// Cuts (or zero-extends) the file to a length. Durable after `Sync`.
    Cut {
        /// Name in the directory.
        file: String,
        /// New length in bytes.
        len: u64,
    },
    /// Makes the file's content and length durable (`fdatasync`).
    Sync {
        /// Name in the directory.
        file: String,
    },
    /// Renames atomically, replacing `to`. Durable after `SyncDir`.
    Rename {
        /// Old name.
        from: String,
        /// New name.
        to: String,
    },
    /// Makes the directory's names durable.
    SyncDir,
    /// Removes a file. Durable after `SyncDir`.
    Remove {
        /// Name in the directory.
        file: String,
    },
    /// Reads up to `len` bytes from an offset; fewer only at the end of the file.
    Read {
        /// Name in the directory.
        file: String,
        /// From the file's start, in bytes.
        offset: u64,
        /// How many bytes at most.
        len: u64,
    },
}

/// What a completion carries: the bytes of a `Read`, nothing for the others.
pub type FileResult = Result<Vec<u8>, FileError>;

/// A failed operation. Whoever asked must not try it again: after a failed sync nobody knows what is on the disk.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{operation} {file}: {reason}")]
pub struct FileError {
    /// `create`, `write`, `cut`, `sync`, `rename`, `sync directory`, `remove`, `read`.
    pub operation: &'static str,
    /// The file's name (empty for the directory).
    pub file: String,
    /// What the disk or the operating system said.
    pub reason: String,
}

/// The directory as a process finds it when it starts: (name, length in bytes), sorted by name.
pub type Listing = Vec<(String, u64)>;
