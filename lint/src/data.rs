//! Data folders: what `include_str!` and `include_bytes!` may bring in, because the configuration holds the folder's hash.
//!
//! The hash is what `find . -type f | sed 's:^./::' | LC_ALL=C sort | xargs -r sha256sum | sha256sum` prints in the folder.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::check::Finding;
use crate::config::{Config, FILE, Layer};
use crate::summary::{Pos, Summary};

/// The declared folders that are what their hashes say.
#[derive(Debug, Default)]
pub(crate) struct Folders {
    good: Vec<String>,
    used: RefCell<BTreeSet<String>>,
}

impl Folders {
    /// Hashes each folder that a layer declares; a folder that is not what was declared is a finding.
    pub(crate) fn read(root: &Path, layers: &[Layer], findings: &mut Vec<Finding>) -> Self {
        let mut folders = Self::default();
        let text = std::fs::read_to_string(root.join(FILE)).unwrap_or_default();
        for data in layers.iter().flat_map(|layer| &layer.data) {
            let pos = Pos { line: Config::line_of(&text, &data.sha256), column: 1 };
            match hash(&root.join(&data.dir)) {
                Ok(hash) if hash == data.sha256 => folders.good.push(data.dir.trim_end_matches('/').to_string()),
                Ok(hash) => {
                    let what = format!("{}, now with SHA-256 {hash},", data.dir);
                    findings.extend(Finding::plain("ZS831", FILE, pos, &what));
                }
                Err(error) => {
                    findings.extend(Finding::plain(
                        "ZS993",
                        FILE,
                        pos,
                        &format!("`{}` is no folder: {error}", data.dir),
                    ));
                }
            }
        }
        folders
    }

    /// Takes out what a file includes from a declared folder.
    pub(crate) fn allow(&self, file: &str, summary: &Summary, found: &mut Vec<Finding>) {
        if self.good.is_empty() {
            return;
        }
        found.retain(|finding| {
            let include = summary.data.iter().find(|include| include.pos == finding.pos);
            let Some(include) = include.filter(|_| finding.rule.id == "ZS831") else { return true };
            let path = beside(file, &include.file);
            let inside = |dir: &&String| path.strip_prefix(dir.as_str()).is_some_and(|rest| rest.starts_with('/'));
            let Some(dir) = self.good.iter().find(inside) else { return true };
            self.used.borrow_mut().insert(dir.clone());
            false
        });
    }

    /// Folders from which nothing is included.
    pub(crate) fn unused(&self) -> Vec<Finding> {
        let used = self.used.borrow();
        let unused = self.good.iter().filter(|dir| !used.contains(*dir));
        let pos = Pos { line: 1, column: 1 };
        unused
            .filter_map(|dir| Finding::plain("ZS993", FILE, pos, &format!("nothing is included from `{dir}`")))
            .collect()
    }
}

/// A path as `include_str!` reads it: beside the file that names it, without `.` and `..`.
fn beside(file: &str, path: &str) -> String {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn hash(folder: &Path) -> std::io::Result<String> {
    let mut names = Vec::new();
    list(folder, "", &mut names)?;
    names.sort();
    let mut all = Sha256::new();
    for name in names {
        let bytes = std::fs::read(folder.join(&name))?;
        all.update(format!("{}  {name}\n", hex(&Sha256::digest(bytes))));
    }
    Ok(hex(&all.finalize()))
}

fn list(folder: &Path, above: &str, names: &mut Vec<String>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{above}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            list(&entry.path(), &format!("{name}/"), names)?;
        } else {
            names.push(name);
        }
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
