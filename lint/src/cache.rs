//! Summaries kept from run to run: a file that has not changed is not parsed again.
//!
//! The key is the content, so a cache can never make a run say something else; a cache that cannot be read is started anew.
//! The file is an index (version, then name, length, hash and place of each summary), and the encoded summaries behind it.

use std::collections::BTreeMap;
use std::hash::Hasher as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rustc_hash::FxHasher;
use serde::{Deserialize, Serialize};

use crate::summary::{Summary, summarize};

/// Changes with the form of summaries, and with every release.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "-6");

#[derive(Default, Serialize, Deserialize)]
struct Index {
    version: String,
    entries: BTreeMap<String, Entry>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    length: u64,
    hash: u64,
    /// Where the summary lies behind the index, and how long it is.
    place: (usize, usize),
    /// The hash of the encoded summary: one that a disk or a crash has damaged is made anew.
    sum: u64,
}

/// A file that was parsed in this run: length, hash, encoded summary.
type Parsed = (u64, u64, Vec<u8>);

/// A cache in a file, or none.
pub(crate) struct Cache {
    file: Option<PathBuf>,
    old: BTreeMap<String, Entry>,
    /// The file, as it was.
    stored: Vec<u8>,
    /// Where in it the index ends.
    behind: usize,
    new: Mutex<BTreeMap<String, Parsed>>,
}

impl Cache {
    /// Opens the cache file; without one nothing is kept.
    pub(crate) fn open(file: Option<&Path>) -> Self {
        let stored = file.and_then(|file| std::fs::read(file).ok()).unwrap_or_default();
        let (old, behind) = match postcard::take_from_bytes::<Index>(&stored) {
            Ok((index, rest)) if index.version == VERSION => (index.entries, stored.len() - rest.len()),
            _ => Default::default(),
        };
        Self { file: file.map(Path::to_path_buf), old, stored, behind, new: Mutex::default() }
    }

    /// The summary of a file's content.
    pub(crate) fn summary(&self, name: &str, text: &str) -> Summary {
        if self.file.is_none() {
            return summarize(text);
        }
        let (length, hash) = (text.len() as u64, hash(text.as_bytes()));
        let known = self.old.get(name).filter(|entry| (entry.length, entry.hash) == (length, hash));
        if let Some(summary) = known.and_then(|entry| postcard::from_bytes(self.stored(entry)?).ok()) {
            return summary;
        }
        let summary = summarize(text);
        if let (Ok(bytes), Ok(mut new)) = (postcard::to_stdvec(&summary), self.new.lock()) {
            new.insert(name.to_string(), (length, hash, bytes));
        }
        summary
    }

    fn stored(&self, entry: &Entry) -> Option<&[u8]> {
        let start = self.behind.checked_add(entry.place.0)?;
        self.stored.get(start..start.checked_add(entry.place.1)?).filter(|bytes| hash(bytes) == entry.sum)
    }

    /// Writes what is new. A cache that cannot be written costs time, nothing else.
    pub(crate) fn save(&self) {
        let Some(file) = &self.file else { return };
        let Ok(new) = self.new.lock() else { return };
        if new.is_empty() {
            return;
        }
        let mut index = Index { version: VERSION.to_string(), entries: BTreeMap::new() };
        let mut blob = Vec::new();
        let mut add = |name: &str, length, hash, bytes: &[u8]| {
            let place = (blob.len(), bytes.len());
            index.entries.insert(name.to_string(), Entry { length, hash, place, sum: self::hash(bytes) });
            blob.extend_from_slice(bytes);
        };
        for (name, entry) in self.old.iter().filter(|(name, _)| !new.contains_key(*name)) {
            if let Some(bytes) = self.stored(entry) {
                add(name, entry.length, entry.hash, bytes);
            }
        }
        for (name, (length, hash, bytes)) in new.iter() {
            add(name, *length, *hash, bytes);
        }
        if let Ok(mut bytes) = postcard::to_stdvec(&index) {
            bytes.append(&mut blob);
            if let Some(dir) = file.parent() {
                _ = std::fs::create_dir_all(dir);
            }
            // Whoever reads meanwhile finds the old file or the new one, never a half.
            let beside = file.with_extension(format!("{}.new", std::process::id()));
            if std::fs::write(&beside, bytes).and_then(|()| std::fs::rename(&beside, file)).is_err() {
                _ = std::fs::remove_file(beside);
            }
        }
    }
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(bytes);
    hasher.finish()
}
