//! C2SP `tlog-proof`: that an entry stands in a log, checked offline with the entry, the proof and the log's key alone.
//!
//! Lines end with `\n` alone. The `extra` line is application data that nothing authenticates: it is checked for its form and
//! given to nobody.

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use base64ct::{Base64, Encoding as _};

use super::{
    Digest,
    merkle::{check_inclusion, leaf_hash, prove_inclusion, root},
    note::{Checkpoint, NoteError, NoteKey, decimal},
};

/// The first line of every proof (`tlog-proof`, "Format").
const FORMAT: &str = "c2sp.org/tlog-proof@v1";

/// Hashes of a proof, at most: the height of a tree of 2^53-1 leaves, the largest that a checkpoint can sign.
pub const HASHES_MAX: usize = 53;

/// Bytes before the empty line, at most, for what may stand in `extra`. The checkpoint has a limit of its own.
pub const HEAD_BYTES_MAX: usize = 1 << 16;

/// A proof that an entry stands at an index of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlogProof {
    /// The entry's seq.
    pub index: u64,
    /// The inclusion proof (RFC 6962), from the leaf up.
    pub hashes: Vec<Digest>,
    /// The log's signed checkpoint, a note.
    pub checkpoint: String,
}

/// Why a proof proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlogProofError {
    /// Not of the format.
    #[error("not a tlog-proof: {0}")]
    Form(&'static str),
    /// Its checkpoint is none, or not the log's.
    #[error("its checkpoint: {0}")]
    Checkpoint(#[from] NoteError),
    /// The entry does not stand there.
    #[error("the entry does not stand at index {index} of the {size} entries that the checkpoint signs")]
    Absent {
        /// Where it should stand.
        index: u64,
        /// The checkpoint's size.
        size: u64,
    },
    /// Fewer entries than the checkpoint says, or others.
    #[error("these entries are not the {0} that the checkpoint signs")]
    Root(u64),
}

impl TlogProof {
    /// As it is written; ends with the checkpoint.
    #[must_use]
    pub fn text(&self) -> String {
        let head = format!("{FORMAT}\nindex {}\n", self.index);
        let hashes = self.hashes.iter().map(|hash| Base64::encode_string(&hash.0) + "\n");
        hashes.fold(head, |text, line| text + &line) + "\n" + &self.checkpoint
    }

    /// Reads a proof (`tlog-proof`, "Format"). Its checkpoint is well-formed then, and not yet verified.
    ///
    /// # Errors
    /// [`TlogProofError::Form`], naming the line that is wrong, or [`TlogProofError::Checkpoint`].
    pub fn parse(text: &str) -> Result<Self, TlogProofError> {
        let form = TlogProofError::Form;
        let (head, checkpoint) = text.split_once("\n\n").ok_or(form("no empty line before the checkpoint"))?;
        if head.len() > HEAD_BYTES_MAX {
            return Err(form("over 64 KiB before the checkpoint"));
        }
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(FORMAT) {
            return Err(form("the first line names another format"));
        }
        if let Some(extra) = lines.peek().and_then(|line| line.strip_prefix("extra ")) {
            // Without data the line is omitted, so there is one way to write a proof.
            if extra.is_empty() || Base64::decode_vec(extra).is_err() {
                return Err(form("extra data that is not base64"));
            }
            lines.next();
        }
        let index = lines.next().and_then(|line| decimal(line.strip_prefix("index ")?)).ok_or(form("no index"))?;
        let hash = |line: &str| Some(Digest(Base64::decode_vec(line).ok()?.try_into().ok()?));
        let hashes: Vec<_> = lines.map(hash).collect::<Option<_>>().ok_or(form("a hash is not 32 bytes of base64"))?;
        if hashes.len() > HASHES_MAX {
            return Err(form("more than 53 hashes"));
        }
        Checkpoint::read_unverified(checkpoint.as_bytes())?;
        Ok(Self { index, hashes, checkpoint: checkpoint.to_string() })
    }

    /// Checks that this line stands at the index, in the log of this key; gives the checkpoint that says so.
    ///
    /// # Errors
    /// [`TlogProofError`], if it does not.
    pub fn check(&self, line: &[u8], key: &NoteKey) -> Result<Checkpoint, TlogProofError> {
        let checkpoint = Checkpoint::open(&self.checkpoint, key)?;
        let (index, size) = (self.index, checkpoint.size);
        if check_inclusion(&leaf_hash(line), index, size, &self.hashes, &checkpoint.root) {
            Ok(checkpoint)
        } else {
            Err(TlogProofError::Absent { index, size })
        }
    }
}

/// Proves entries of a log under one of its checkpoints.
#[derive(Clone, Debug)]
pub struct Prover {
    leaves: Vec<Digest>,
    checkpoint: String,
}

impl Prover {
    /// A prover for the lines of a log, which may go on after the checkpoint. The signature is for the reader to check.
    ///
    /// # Errors
    /// The note is no checkpoint, or not one of these lines.
    pub fn new<'a>(lines: impl IntoIterator<Item = &'a [u8]>, note: &str) -> Result<Self, TlogProofError> {
        let checkpoint = Checkpoint::read_unverified(note.as_bytes())?;
        let leaves: Vec<Digest> = (0..checkpoint.size).zip(lines).map(|(_, line)| leaf_hash(line)).collect();
        if leaves.len() as u64 == checkpoint.size && root(&leaves) == checkpoint.root {
            Ok(Self { leaves, checkpoint: note.to_string() })
        } else {
            Err(TlogProofError::Root(checkpoint.size))
        }
    }

    /// The proof of an entry; none if the checkpoint does not reach that far.
    #[must_use]
    pub fn prove(&self, index: u64) -> Option<TlogProof> {
        let hashes = prove_inclusion(&self.leaves, usize::try_from(index).ok()?)?;
        Some(TlogProof { index, hashes, checkpoint: self.checkpoint.clone() })
    }
}

#[cfg(test)]
mod tests;
