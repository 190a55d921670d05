//! The simulated disk: executes file operations in memory, and decides at a crash what of them is left.
//!
//! What a sync confirmed is there after any crash. Everything else is up to the choices of the run. Absent on purpose:
//! file handles, directories in directories, permissions: the operations know none.

mod content;
mod file;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    mem,
};

use machine::kernel::files::{FileError, FileOp, FileRequest, FileResult, Listing};

use self::file::File;
use super::{
    choice::{Dice, Setting},
    faults::Fault,
};

/// No file may be longer, and no read ask for more than a thousandth of it: far beyond what fits into memory.
const LONGEST: u64 = 1 << 40;

/// A file, whatever it is called; never used twice on one disk.
type FileId = u64;

/// Which file is found under which name.
type Names = BTreeMap<String, FileId>;

/// The simulated disk of one process.
#[derive(Debug, Default)]
pub(super) struct Disk {
    /// What was asked and is not complete; only the first is under way.
    pub(super) queue: VecDeque<FileRequest>,
    files: BTreeMap<FileId, File>,
    next: FileId,
    names: Names,
    durable_names: Names,
    /// Changes of names that no directory sync has confirmed, in order.
    changes: Vec<NameChange>,
}

/// A change of the directory.
#[derive(Debug)]
enum NameChange {
    Create(String, FileId),
    Rename(String, String),
    Remove(String),
}

impl NameChange {
    /// Changes the names; one of a file that is not there changes nothing. Gives the file that lost its name.
    fn apply(&self, names: &mut Names) -> Option<FileId> {
        match self {
            Self::Create(name, file) => names.insert(name.clone(), *file),
            Self::Rename(from, to) => {
                let file = names.remove(from)?;
                names.insert(to.clone(), file)
            }
            Self::Remove(name) => names.remove(name),
        }
    }
}

impl Disk {
    /// The directory as a process finds it.
    pub(super) fn listing(&self) -> Listing {
        self.names.iter().map(|(name, file)| (name.clone(), self.files[file].len())).collect()
    }

    /// Every file's name and bytes.
    pub(super) fn files(&self) -> Vec<(String, Vec<u8>)> {
        let whole = |file: &FileId| self.files[file].read(0, self.files[file].len());
        self.names.iter().map(|(name, file)| (name.clone(), whole(file))).collect()
    }

    /// Executes one operation, and gives its result.
    pub(super) fn perform(&mut self, op: FileOp, dice: &mut Dice<'_>) -> FileResult {
        match op {
            FileOp::Create { file, len } => self.create(file, len),
            FileOp::WriteAt { file, offset, bytes } => self.write(&file, offset, bytes),
            FileOp::Cut { file, len } => self.cut(&file, len),
            FileOp::Sync { file } => self.sync(&file, dice),
            FileOp::Rename { from, to } => self.rename(from, to),
            FileOp::SyncDir => self.sync_names(dice),
            FileOp::Remove { file } => self.remove(file),
            FileOp::Read { file, offset, len } => self.read(&file, offset, len),
        }
    }

    /// Loses power: of what was asked some is still done, of what was done some is lost.
    pub(super) fn crash(&mut self, dice: &mut Dice<'_>) {
        let landed = dice.pick(Setting::Landed, self.queue.len() as u64 + 1) as usize;
        for request in mem::take(&mut self.queue).into_iter().take(landed) {
            // its process is gone: nobody hears how it went
            let _ = self.perform(request.op, dice);
        }
        let lost = dice.fault(Fault::TornWrite, self.changes.len() as u64) as usize;
        let kept = self.changes.len() - lost;
        self.changes.truncate(kept);
        self.settle_names();
        self.names = self.durable_names.clone();
        self.drop_nameless();
        self.files.values_mut().for_each(|file| file.crash(dice));
    }

    fn create(&mut self, name: String, len: u64) -> FileResult {
        check_length("create", &name, 0, len)?;
        self.next += 1;
        let mut file = File::default();
        file.cut(len);
        self.files.insert(self.next, file);
        self.change(NameChange::Create(name, self.next));
        Ok(Vec::new())
    }

    fn write(&mut self, name: &str, offset: u64, bytes: Vec<u8>) -> FileResult {
        check_length("write", name, offset, bytes.len() as u64)?;
        self.file("write", name)?.write(offset, bytes);
        Ok(Vec::new())
    }

    fn cut(&mut self, name: &str, len: u64) -> FileResult {
        check_length("cut", name, 0, len)?;
        self.file("cut", name)?.cut(len);
        Ok(Vec::new())
    }

    fn sync(&mut self, name: &str, dice: &mut Dice<'_>) -> FileResult {
        let file = self.file("sync", name)?;
        if dice.fault(Fault::FailedFsync, 1) != 0 {
            file.fail_sync(dice);
            return Err(failure("sync", name, "input/output error"));
        }
        file.sync();
        Ok(Vec::new())
    }

    fn rename(&mut self, from: String, to: String) -> FileResult {
        self.file("rename", &from)?;
        self.change(NameChange::Rename(from, to));
        Ok(Vec::new())
    }

    fn sync_names(&mut self, dice: &mut Dice<'_>) -> FileResult {
        if dice.fault(Fault::FailedFsync, 1) != 0 {
            return Err(failure("sync directory", "", "input/output error"));
        }
        if self.settle_names() {
            self.drop_nameless();
        }
        Ok(Vec::new())
    }

    fn remove(&mut self, name: String) -> FileResult {
        self.file("remove", &name)?;
        self.change(NameChange::Remove(name));
        Ok(Vec::new())
    }

    fn read(&mut self, name: &str, offset: u64, len: u64) -> FileResult {
        let file = self.file("read", name)?;
        let len = len.min(file.len().saturating_sub(offset));
        check_length("read", name, 0, len.saturating_mul(1_024))?;
        Ok(file.read(offset, len))
    }

    /// The file of a name, or the answer that there is none.
    fn file(&mut self, operation: &'static str, name: &str) -> Result<&mut File, FileError> {
        let file = self.names.get(name).and_then(|file| self.files.get_mut(file));
        file.ok_or_else(|| failure(operation, name, "no such file"))
    }

    /// Changes the names at once, and remembers it for the next sync.
    fn change(&mut self, change: NameChange) {
        change.apply(&mut self.names);
        self.changes.push(change);
    }

    /// Makes the names durable as they are; says whether a file lost one.
    fn settle_names(&mut self) -> bool {
        let lost = self.changes.drain(..).filter_map(|change| change.apply(&mut self.durable_names));
        lost.count() > 0
    }

    /// Frees files that no name leads to, now or after a crash.
    fn drop_nameless(&mut self) {
        let named: BTreeSet<_> = self.names.values().chain(self.durable_names.values()).copied().collect();
        self.files.retain(|file, _| named.contains(file));
    }
}

fn check_length(operation: &'static str, name: &str, offset: u64, len: u64) -> Result<(), FileError> {
    match offset.checked_add(len) {
        Some(end) if end <= LONGEST => Ok(()),
        _ => Err(failure(operation, name, "file too large")),
    }
}

fn failure(operation: &'static str, file: &str, reason: &str) -> FileError {
    FileError { operation, file: file.to_owned(), reason: reason.to_owned() }
}

#[cfg(test)]
mod tests;
