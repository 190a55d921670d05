//! Summaries kept from run to run: a file that has not changed is not parsed again.
//!
//! The key is the content, so a cache can never make a run say something else; a cache that cannot be read is started anew.

use std::hash::Hasher as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rustc_hash::{FxHashMap, FxHasher};
use serde::{Deserialize, Serialize};

use crate::summary::{Summary, summarize};

/// Changes with the form of summaries, and with every release.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "-1");

#[derive(Default, Serialize, Deserialize)]
struct Stored {
    version: String,
    /// By name, then by the content's length and hash.
    files: FxHashMap<String, Entry>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Entry {
    length: u64,
    hash: u64,
    /// The summary, encoded; decoded only when it is asked for.
    summary: Vec<u8>,
}

/// A cache in a file, or none.
pub(crate) struct Cache {
    file: Option<PathBuf>,
    old: FxHashMap<String, Entry>,
    new: Mutex<FxHashMap<String, Entry>>,
}

impl Cache {
    /// Opens the cache file; without one nothing is kept.
    pub(crate) fn open(file: Option<&Path>) -> Self {
        let stored = file.and_then(|file| std::fs::read(file).ok());
        let stored: Option<Stored> = stored.and_then(|bytes| postcard::from_bytes(&bytes).ok());
        let old = stored.filter(|stored| stored.version == VERSION).map(|stored| stored.files).unwrap_or_default();
        Self { file: file.map(Path::to_path_buf), old, new: Mutex::default() }
    }

    /// The summary of a file's content.
    pub(crate) fn summary(&self, name: &str, text: &str) -> Summary {
        if self.file.is_none() {
            return summarize(text);
        }
        let (length, hash) = (text.len() as u64, hash(text));
        let known = self.old.get(name).filter(|entry| (entry.length, entry.hash) == (length, hash));
        let decoded = known.and_then(|entry| postcard::from_bytes::<Summary>(&entry.summary).ok());
        if let (Some(summary), Some(entry)) = (decoded, known) {
            self.keep(name, entry.clone());
            return summary;
        }
        let summary = summarize(text);
        if let Ok(bytes) = postcard::to_stdvec(&summary) {
            self.keep(name, Entry { length, hash, summary: bytes });
        }
        summary
    }

    fn keep(&self, name: &str, entry: Entry) {
        if let Ok(mut new) = self.new.lock() {
            new.insert(name.to_string(), entry);
        }
    }

    /// Writes what this run has seen. A cache that cannot be written costs time, nothing else.
    pub(crate) fn save(&self) {
        let Some(file) = &self.file else { return };
        let Ok(files) = self.new.lock() else { return };
        let unchanged = files.len() == self.old.len()
            && files.iter().all(|(name, entry)| {
                self.old.get(name).is_some_and(|old| (old.length, old.hash) == (entry.length, entry.hash))
            });
        if unchanged {
            return;
        }
        let stored = Stored { version: VERSION.to_string(), files: files.clone() };
        if let Ok(bytes) = postcard::to_stdvec(&stored) {
            if let Some(dir) = file.parent() {
                _ = std::fs::create_dir_all(dir);
            }
            _ = std::fs::write(file, bytes);
        }
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}
