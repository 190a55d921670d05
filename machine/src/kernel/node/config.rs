//! How a node keeps its files, and how much it holds at most.

use alloc::vec::Vec;

use ed25519_dalek::SigningKey;

#[cfg(feature = "planted")]
use super::Planted;

/// How a node keeps its files.
#[derive(Clone, Debug)]
pub struct Config {
    /// A new segment is begun once the current one is at least this long; in bytes.
    pub segment_bytes: u64,
    /// How much one read asks for at most during recovery, in bytes.
    pub read_bytes: u64,
    /// A checkpoint is signed at least this many entries after the last one.
    pub checkpoint_every: u64,
    /// A snapshot is taken at the first entry with a state root at least this many entries after the last one; 0: none is
    /// written, and none is read.
    pub snapshot_every: u64,
    /// How much of a snapshot is written at once, in bytes: other writes wait no longer than for that.
    pub slice_bytes: u64,
    /// How many entries may wait for their group at most. While there are more, submissions are answered
    /// [`Answer::Busy`](super::Answer::Busy).
    pub queue_max: usize,
    /// How many answers may be held back at most, those included for which a line is looked for. While there are more, submissions
    /// are answered `Busy`.
    pub waiting_max: usize,
    /// Signs checkpoints while it is the log key in force; without it none are made.
    pub log_keys: Vec<SigningKey>,
    /// A bug on purpose.
    #[cfg(feature = "planted")]
    pub planted: Option<Planted>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            segment_bytes: 64 << 20,
            read_bytes: 1 << 20,
            checkpoint_every: 1024,
            snapshot_every: 2_048,
            slice_bytes: 1 << 20,
            queue_max: 16_384,
            waiting_max: 65_536,
            log_keys: Vec::new(),
            #[cfg(feature = "planted")]
            planted: None,
        }
    }
}
