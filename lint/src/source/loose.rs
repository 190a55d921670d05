//! Loose files: each is a crate of its own, in which every item is in scope.

use std::path::{Path, PathBuf};

use super::{Crate, Loader, Sources};
use crate::summary::Summary;

/// Reads the files, and the `.rs` files of the directories, that are given.
pub fn loose(paths: &[PathBuf], threads: usize, summarize: &(dyn Fn(&str, &str) -> Summary + Sync)) -> Sources {
    let mut loader = Loader::new(Path::new(""), threads, summarize);
    for path in paths.iter().flat_map(|path| expand(path)) {
        let shown = path.to_string_lossy().replace('\\', "/");
        loader.add_crate(Crate { core: true, ..Crate::default() }, &path, &shown);
    }
    loader.run();
    loader.sources
}

/// A directory's crate root if it has one: the rest is named from there. Else its `.rs` files, in order; build results and
/// hidden directories left out.
fn expand(path: &Path) -> Vec<PathBuf> {
    if !path.is_dir() {
        return vec![path.to_path_buf()];
    }
    let roots: Vec<PathBuf> = ["lib.rs", "main.rs", "src/lib.rs", "src/main.rs"].map(|root| path.join(root)).into();
    let mut found: Vec<PathBuf> = roots.into_iter().filter(|root| root.is_file()).collect();
    if !found.is_empty() {
        return found;
    }
    let mut entries: Vec<PathBuf> = std::fs::read_dir(path)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    entries.sort();
    for entry in entries {
        let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if entry.is_dir() && name != "target" && !name.starts_with('.') {
            found.extend(expand(&entry));
        } else if name.ends_with(".rs") {
            found.push(entry);
        }
    }
    found
}
