//! A disk for tests: a directory in memory that knows what was synced.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::{String, ToString as _},
    vec::Vec,
};

use crate::kernel::files::{FileError, FileOp, FileResult, Listing};

#[derive(Clone, Default)]
pub(super) struct Disk {
    files: BTreeMap<String, Vec<u8>>,
    synced: BTreeMap<String, Vec<u8>>,
    /// The bytes that were written since the file was last synced, or since a sync of it failed: from then on they are held
    /// for clean, as Linux does.
    dirty: BTreeMap<String, BTreeSet<usize>>,
    /// The names that a crash leaves, each with the name under which its content was synced.
    durable_names: BTreeMap<String, String>,
    pub(super) syncs: u32,
    pub(super) fail_syncs: bool,
}

impl Disk {
    pub(super) fn execute(&mut self, op: &FileOp) -> FileResult {
        match op {
            FileOp::Create { file, len } => {
                self.files.insert(file.clone(), alloc::vec![0; *len as usize]);
                self.dirty.insert(file.clone(), (0..*len as usize).collect());
            }
            FileOp::WriteAt { file, offset, bytes } => {
                let content = self.files.entry(file.clone()).or_default();
                let end = *offset as usize + bytes.len();
                content.resize(content.len().max(end), 0);
                content[*offset as usize..end].copy_from_slice(bytes);
                self.dirty.entry(file.clone()).or_default().extend(*offset as usize..end);
            }
            FileOp::Cut { file, len } => {
                let content = self.files.entry(file.clone()).or_default();
                let (old, new) = (content.len(), *len as usize);
                content.resize(new, 0);
                self.dirty.entry(file.clone()).or_default().extend(old.min(new)..new);
            }
            FileOp::Sync { file } => {
                let dirty = self.dirty.remove(file).unwrap_or_default();
                if self.fail_syncs {
                    let reason = "the disk failed".to_string();
                    return Err(FileError { operation: "sync", file: file.clone(), reason });
                }
                self.syncs += 1;
                let content = self.files.get(file).cloned().unwrap_or_default();
                let synced = self.synced.entry(file.clone()).or_default();
                synced.resize(content.len(), 0);
                dirty.into_iter().filter(|at| *at < content.len()).for_each(|at| synced[at] = content[at]);
            }
            FileOp::Rename { from, to } => {
                let content = self.files.remove(from).unwrap_or_default();
                self.files.insert(to.clone(), content);
                let synced = self.synced.remove(from).unwrap_or_default();
                self.synced.insert(to.clone(), synced);
                let dirty = self.dirty.remove(from).unwrap_or_default();
                self.dirty.insert(to.clone(), dirty);
            }
            FileOp::SyncDir => {
                self.durable_names = self.files.keys().map(|name| (name.clone(), name.clone())).collect();
            }
            FileOp::Remove { file } => {
                self.files.remove(file);
            }
            FileOp::Read { file, offset, len } => {
                let content = self.files.get(file).cloned().unwrap_or_default();
                let start = (*offset as usize).min(content.len());
                let end = (start + *len as usize).min(content.len());
                return Ok(content[start..end].to_vec());
            }
        }
        Ok(Vec::new())
    }

    /// What a power cut leaves if the disk loses all that was not synced.
    pub(super) fn crash(&self) -> Self {
        let content = |name: &String| (name.clone(), self.synced.get(name).cloned().unwrap_or_default());
        let files: BTreeMap<_, _> = self.durable_names.keys().map(content).collect();
        Self { synced: files.clone(), durable_names: self.durable_names.clone(), files, ..Self::default() }
    }

    pub(super) fn listing(&self) -> Listing {
        self.files.iter().map(|(name, content)| (name.clone(), content.len() as u64)).collect()
    }

    /// All lines of all segments.
    pub(super) fn lines(&self) -> Vec<Vec<u8>> {
        let segments = self.files.iter().filter(|(name, _)| name.starts_with("segment-"));
        let content = segments.flat_map(|(_, content)| content.split(|byte| *byte == b'\n'));
        content.filter(|line| line.iter().any(|byte| *byte != 0)).map(<[u8]>::to_vec).collect()
    }

    pub(super) fn file(&mut self, name: &str) -> &mut Vec<u8> {
        self.files.get_mut(name).expect("there is such a file")
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.files.remove(name);
    }

    /// Takes everything that is written for synced: as if the power never failed.
    pub(super) fn settle(mut self) -> Self {
        self.synced = self.files.clone();
        self.dirty.clear();
        self.durable_names = self.files.keys().map(|name| (name.clone(), name.clone())).collect();
        self
    }
}
