//! Repo rules as tests: each names the file, the line and the fix. A rule is a function over text, tested on bad text too.

mod code;
mod density;
mod loops;
mod roadmap;
mod structure;
mod tree;

use std::{fs, path::PathBuf};

/// A file of the repository.
#[derive(Clone)]
struct File {
    /// From the root, with `/`.
    path: String,
    text: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_path_buf()
}

/// Every text file of the repository, but what is built or fetched.
fn files() -> Vec<File> {
    let mut files = Vec::new();
    let mut dirs = vec![root()];
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(dir).expect("readable").map(|entry| entry.expect("readable").path()) {
            let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if entry.is_dir() {
                if !["target", ".git", "node_modules", "__pycache__", "proptest-regressions"].contains(&name.as_str()) {
                    dirs.push(entry);
                }
            } else if let Ok(text) = fs::read_to_string(&entry) {
                let path = entry.strip_prefix(root()).expect("below the root").to_string_lossy().replace('\\', "/");
                files.push(File { path, text });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// Fails with all findings.
fn demand(findings: Vec<String>) {
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}
