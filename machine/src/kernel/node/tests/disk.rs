//! A disk for tests: a directory in memory that knows what was synced, and that fails when it is told to.

use alloc::{
    collections::BTreeMap,
    string::{String, ToString as _},
    vec::Vec,
};
use core::ops::Range;

use crate::kernel::files::{FileError, FileOp, FileResult, Listing};

#[derive(Clone, Default)]
pub(crate) struct Disk {
    files: Vec<File>,
    /// Which file has which name, now and after a crash.
    names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
    pub(crate) syncs: u32,
    pub(crate) fail_syncs: bool,
    /// How many operations were executed.
    pub(crate) executed: usize,
    fail_at: Option<(usize, Done)>,
}

#[derive(Clone, Default)]
struct File {
    now: Vec<u8>,
    synced: Vec<u8>,
    /// The bytes that were written since the file was last synced, or since a sync of it failed: from then on they are held
    /// for clean, as Linux does.
    dirty: Vec<Range<usize>>,
}

impl File {
    fn write(&mut self, offset: usize, bytes: &[u8]) {
        let end = offset + bytes.len();
        self.now.resize(self.now.len().max(end), 0);
        self.now[offset..end].copy_from_slice(bytes);
        self.dirty.push(offset..end);
    }

    fn cut(&mut self, len: usize) {
        let old = self.now.len();
        self.now.resize(len, 0);
        self.dirty.push(old.min(len)..len);
    }

    fn sync(&mut self) {
        self.synced.resize(self.now.len(), 0);
        for Range { start, end } in core::mem::take(&mut self.dirty) {
            let end = end.min(self.now.len());
            self.synced[start.min(end)..end].copy_from_slice(&self.now[start.min(end)..end]);
        }
    }

    /// What a crash leaves of it, if it keeps these of the bytes that were not synced.
    fn left(&self, keeps: impl Fn(usize) -> bool) -> Vec<u8> {
        let mut left = self.synced.clone();
        if self.now.len() != self.synced.len() && keeps(self.now.len().saturating_sub(1)) {
            left.resize(self.now.len(), 0);
        }
        let end = left.len().min(self.now.len());
        for at in self.dirty.iter().cloned().flatten().filter(|at| *at < end && keeps(*at)) {
            left[at] = self.now[at];
        }
        left
    }
}

/// Whether an operation that fails is done all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    Yes,
    No,
}

/// What a power cut leaves of what was not synced.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Left {
    Nothing,
    Everything,
    /// Some sectors and names, as the seed decides.
    Some(u64),
}

const SECTOR: usize = 64;

impl Disk {
    /// Fails at the operation of this number, after it was done or without.
    pub(crate) fn failing(mut self, at: usize, done: Done) -> Self {
        self.fail_at = Some((at, done));
        self
    }

    pub(crate) fn execute(&mut self, op: &FileOp) -> FileResult {
        let number = self.executed;
        self.executed += 1;
        match self.fail_at {
            Some((at, Done::No)) if at == number => Err(failure(op)),
            Some((at, Done::Yes)) if at == number => {
                self.perform(op)?;
                Err(failure(op))
            }
            Some(_) | None => self.perform(op),
        }
    }

    fn perform(&mut self, op: &FileOp) -> FileResult {
        match op {
            FileOp::Create { file, len } => {
                self.names.insert(file.clone(), self.files.len());
                self.files.push(File::default());
                self.existing(file, op)?.cut(*len as usize);
            }
            FileOp::WriteAt { file, offset, bytes } => self.existing(file, op)?.write(*offset as usize, bytes),
            FileOp::Cut { file, len } => self.existing(file, op)?.cut(*len as usize),
            FileOp::Sync { file } if self.fail_syncs => {
                self.existing(file, op)?.dirty.clear();
                return Err(failure(op));
            }
            FileOp::Sync { file } => {
                self.syncs += 1;
                self.existing(file, op)?.sync();
            }
            FileOp::Rename { from, to } => {
                self.existing(from, op)?;
                let file = self.names.remove(from).expect("it was just there");
                self.names.insert(to.clone(), file);
            }
            FileOp::SyncDir => self.durable_names = self.names.clone(),
            FileOp::Remove { file } => {
                self.existing(file, op)?;
                self.names.remove(file);
            }
            FileOp::Read { file, offset, len } => {
                let content = &self.existing(file, op)?.now;
                let start = (*offset as usize).min(content.len());
                let end = (start + *len as usize).min(content.len());
                return Ok(content[start..end].to_vec());
            }
        }
        Ok(Vec::new())
    }

    fn existing(&mut self, file: &str, op: &FileOp) -> Result<&mut File, FileError> {
        let file = self.names.get(file).map(|at| &mut self.files[*at]);
        file.ok_or_else(|| FileError { reason: "there is no such file".to_string(), ..failure(op) })
    }

    /// What a power cut leaves if the disk loses all that was not synced.
    pub(crate) fn crash(&self) -> Self {
        self.crash_to(Left::Nothing)
    }

    /// What a power cut leaves.
    pub(crate) fn crash_to(&self, left: Left) -> Self {
        let mut random = match left {
            Left::Nothing => return self.only(&self.durable_names, |_, _| false),
            Left::Everything => return self.only(&self.names, |_, _| true),
            Left::Some(seed) => seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
        };
        let mut coin = || {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random >> 40 & 1 == 1
        };
        // a directory is written as a whole
        let names = if coin() { &self.names } else { &self.durable_names };
        let sectors = |file: &File| file.now.len().max(file.synced.len()).div_ceil(SECTOR);
        let kept: Vec<Vec<bool>> = self.files.iter().map(|file| (0..sectors(file)).map(|_| coin()).collect()).collect();
        self.only(names, |file, at| kept[file].get(at / SECTOR).copied().unwrap_or(false))
    }

    /// The files of these names, with what was synced, and of the rest what is kept.
    fn only(&self, names: &BTreeMap<String, usize>, keeps: impl Fn(usize, usize) -> bool) -> Self {
        let mut left = Self::default();
        for (name, at) in names {
            left.put(name, self.files[*at].left(|byte| keeps(*at, byte)));
        }
        left
    }

    pub(crate) fn listing(&self) -> Listing {
        self.names.iter().map(|(name, at)| (name.clone(), self.files[*at].now.len() as u64)).collect()
    }

    /// The names that begin so.
    pub(crate) fn names(&self, prefix: &str) -> Vec<String> {
        self.names.keys().filter(|name| name.starts_with(prefix)).cloned().collect()
    }

    /// All lines of all segments.
    pub(crate) fn lines(&self) -> Vec<Vec<u8>> {
        let segments = self.names("segment-");
        let lines = segments.iter().flat_map(|name| self.read(name).split(|byte| *byte == b'\n'));
        lines.filter(|line| line.iter().any(|byte| *byte != 0)).map(<[u8]>::to_vec).collect()
    }

    pub(crate) fn read(&self, name: &str) -> &[u8] {
        &self.files[*self.names.get(name).expect("there is such a file")].now
    }

    /// A file, to change it: for the tests' damage, which is durable once the disk is settled.
    pub(crate) fn file(&mut self, name: &str) -> &mut Vec<u8> {
        &mut self.files[*self.names.get(name).expect("there is such a file")].now
    }

    /// Puts a durable file.
    pub(crate) fn put(&mut self, name: &str, content: Vec<u8>) {
        for names in [&mut self.names, &mut self.durable_names] {
            names.insert(name.to_string(), self.files.len());
        }
        self.files.push(File { synced: content.clone(), now: content, dirty: Vec::new() });
    }

    pub(crate) fn remove(&mut self, name: &str) -> Vec<u8> {
        let file = self.names.remove(name).expect("there is such a file");
        core::mem::take(&mut self.files[file].now)
    }

    /// Takes everything that is written for synced: as if the power never failed.
    pub(crate) fn settle(self) -> Self {
        self.crash_to(Left::Everything)
    }
}

fn failure(op: &FileOp) -> FileError {
    let (operation, file) = match op {
        FileOp::Create { file, .. } => ("create", file.as_str()),
        FileOp::WriteAt { file, .. } => ("write", file.as_str()),
        FileOp::Cut { file, .. } => ("cut", file.as_str()),
        FileOp::Sync { file } => ("sync", file.as_str()),
        FileOp::Rename { to, .. } => ("rename", to.as_str()),
        FileOp::SyncDir => ("sync directory", ""),
        FileOp::Remove { file } => ("remove", file.as_str()),
        FileOp::Read { file, .. } => ("read", file.as_str()),
    };
    FileError { operation, file: file.to_string(), reason: "the disk failed".to_string() }
}
