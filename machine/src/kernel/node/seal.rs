//! Checkpoints: the ledger's signed size, durable beside the segments before anybody sees it.

use alloc::string::String;

use super::{Head, Ledger, Node, Output, Purpose, snapshot};
use crate::{
    bug,
    kernel::{
        files::FileOp,
        machine::{Ledgered, Verifier},
        note::Checkpoint,
    },
};

/// The file that holds the last checkpoint.
pub(super) const FILE: &str = "checkpoint";
pub(super) const NEW: &str = "checkpoint.new";

/// What was sealed last, and what is being sealed.
#[derive(Debug)]
pub(super) struct Seal<M: Ledgered> {
    /// The size of the last durable checkpoint.
    pub(super) size: u64,
    /// The checkpoint on its way to the disk.
    pub(super) pending: Option<(u64, String)>,
    /// The size of the last snapshot, written or being written.
    pub(super) snapshot_size: u64,
    /// A ledger as an entry with a state root left it, to be written once it is durable and under a checkpoint.
    pub(super) snapshot_due: Option<Ledger<M>>,
    /// The snapshot being written, and the one that it replaces.
    pub(super) snapshot_pending: Option<snapshot::Replacing>,
    /// The snapshot file in use.
    pub(super) snapshot_file: Option<String>,
}

impl<M: Ledgered> Default for Seal<M> {
    fn default() -> Self {
        Self {
            size: 0,
            pending: None,
            snapshot_size: 0,
            snapshot_due: None,
            snapshot_pending: None,
            snapshot_file: None,
        }
    }
}

impl<M: Ledgered, V: Verifier<M>> Node<M, V> {
    /// After each group: a checkpoint if one is due, and a snapshot under it.
    pub(super) fn seal(&mut self) {
        let durable = self.durable.head.size;
        let snapshot = self.seal.snapshot_due.as_ref().is_some_and(|ledger| ledger.head.size <= durable);
        if snapshot || durable >= self.seal.size + self.config.checkpoint_every.max(1) {
            self.checkpoint(false);
        }
        if snapshot {
            self.write_snapshot();
        }
    }

    /// Signs the durable head; `last`: even if the one before is not long ago.
    pub(super) fn checkpoint(&mut self, last: bool) {
        let Head { size, ref tree, .. } = self.durable.head;
        let Some(settings) = M::settings(&self.durable.state) else { return };
        let Some(key) = self.config.log_keys.iter().find(|key| settings.log_key.0 == key.verifying_key().to_bytes())
        else {
            return;
        };
        if self.seal.pending.is_some() || size == self.seal.size || (size == 0 && last) {
            return;
        }
        let checkpoint = Checkpoint { origin: String::from(settings.origin), size, root: tree.root() };
        let note = checkpoint.sign(key).unwrap_or_else(|error| bug!("a machine with a bad origin: {error}"));
        self.seal.pending = Some((size, note.clone()));
        let file = String::from(NEW);
        let len = note.len() as u64;
        self.ask_all(
            [
                FileOp::Create { file: file.clone(), len },
                FileOp::WriteAt { file: file.clone(), offset: 0, bytes: note.into_bytes() },
                FileOp::Sync { file: file.clone() },
                FileOp::Rename { from: file, to: String::from(FILE) },
            ],
            FileOp::SyncDir,
            Purpose::Checkpoint,
        );
    }

    pub(super) fn checkpoint_durable(&mut self) {
        if let Some((size, note)) = self.seal.pending.take() {
            self.seal.size = size;
            self.out.push_back(Output::Checkpoint(note));
        }
    }
}
