//! Checkpoints: the ledger's signed size, durable beside the segments before anybody sees it.

use alloc::string::String;

use super::{Node, Output, Purpose, snapshot};
use crate::{
    bug,
    kernel::{
        entry::{Head, Ledger},
        files::FileOp,
        machine::{Ledgered, Verifier},
        note::{Checkpoint, NoteKey},
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
    pub(super) snapshots: snapshot::Snapshots<M>,
}

impl<M: Ledgered> Default for Seal<M> {
    fn default() -> Self {
        Self { size: 0, pending: None, snapshots: snapshot::Snapshots::default() }
    }
}

impl<M: Ledgered, V: Verifier<M>> Node<M, V> {
    /// After each group: a checkpoint if one is due, or if a snapshot waits for one.
    pub(super) fn seal(&mut self) {
        let durable = self.durable.head.size;
        assert!(self.seal.size <= durable, "{} entries are sealed, {durable} are durable", self.seal.size);
        self.begin_snapshot();
        let waited_for = self.seal.snapshots.due_size().is_some_and(|size| size <= durable);
        if waited_for || durable >= self.seal.size + self.config.checkpoint_every.max(1) {
            self.checkpoint();
        }
    }

    /// Whether this node can sign a checkpoint of the ledger.
    pub(super) fn has_key(&self, ledger: &Ledger<M>) -> bool {
        let Some(settings) = M::settings(&ledger.state) else { return false };
        self.config.log_keys.iter().any(|key| settings.log_key.0 == key.verifying_key().to_bytes())
    }

    /// Signs the durable head, if that is new, no other checkpoint is on its way, and this node has the key.
    fn checkpoint(&mut self) {
        let Head { size, ref tree, .. } = self.durable.head;
        if self.seal.pending.is_some() || size == self.seal.size {
            return;
        }
        let Some(settings) = M::settings(&self.durable.state) else { bug!("{size} entries, and no genesis") };
        let public = settings.log_key.0;
        let Some(key) = self.config.log_keys.iter().find(|key| public == key.verifying_key().to_bytes()) else {
            return;
        };
        let checkpoint = Checkpoint { origin: String::from(settings.origin), size, root: tree.root() };
        let note = checkpoint.sign(key).unwrap_or_else(|error| bug!("a machine with a bad origin: {error}"));
        self.seal.pending = Some((size, note.clone()));
        let (file, len) = (String::from(NEW), note.len() as u64);
        self.ask_all(
            [
                FileOp::Create { file: file.clone(), len },
                FileOp::WriteAt { file: file.clone(), offset: 0, bytes: note.into_bytes() },
            ],
            FileOp::Sync { file },
            Purpose::CheckpointWritten,
        );
    }

    /// The new checkpoint's bytes are durable: only now may it take the old one's place.
    pub(super) fn checkpoint_written(&mut self) {
        assert!(self.seal.pending.is_some(), "a checkpoint was written that nobody signed");
        self.ask(FileOp::Rename { from: String::from(NEW), to: String::from(FILE) }, Purpose::Step);
        self.ask(FileOp::SyncDir, Purpose::CheckpointDurable);
    }

    pub(super) fn checkpoint_durable(&mut self) {
        let Some((size, note)) = self.seal.pending.take() else {
            bug!("a checkpoint became durable that nobody signed")
        };
        assert!(
            self.seal.size < size && size <= self.durable.head.size,
            "checkpoints go forward, behind the durable head"
        );
        self.seal.size = size;
        self.out.push_back(Output::Checkpoint(note));
        if self.group.is_none() {
            // otherwise the group's own mark will say it
            self.write_mark();
        }
        self.begin_snapshot();
        self.close_if_quiet();
    }

    /// Once nothing is queued, being written or being sealed: the last checkpoint, and the last segment's cut.
    pub(super) fn close_if_quiet(&mut self) {
        let busy = self.group.is_some() || !self.queue.is_empty() || self.seal.pending.is_some();
        if !self.closing || busy {
            return;
        }
        assert_eq!(self.durable.head, self.applied.head, "nothing is queued or being written");
        self.closing = false;
        self.checkpoint();
        self.cut_segment();
    }

    /// Whether one of the node's own keys signed this checkpoint of this ledger's name. Only then does it stand for the entries below
    /// it: whoever can write the disk can also write a ledger with a key of their own, and sign that.
    pub(super) fn is_ours(&self, note: &str) -> bool {
        let mut keys = self.config.log_keys.iter().filter_map(|key| NoteKey::of(self.verifier.origin(), key).ok());
        keys.any(|key| Checkpoint::open(note, &key).is_ok())
    }
}
