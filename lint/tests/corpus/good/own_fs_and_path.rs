//! A file system as plain state.

use std::collections::BTreeMap;

pub mod fs {
    use super::{BTreeMap, Path};

    #[derive(Clone, Debug, Default)]
    pub struct Files(pub BTreeMap<Path, Vec<u8>>);

    pub fn read(files: &Files, path: &Path) -> Option<Vec<u8>> {
        files.0.get(path).cloned()
    }

    pub fn write(files: &mut Files, path: Path, bytes: &[u8]) -> usize {
        files.0.insert(path, bytes.to_vec()).map_or(0, |old| old.len())
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(Vec<String>);

impl Path {
    pub fn parse(text: &str) -> Path {
        Path(text.split('/').filter(|p| !p.is_empty()).map(str::to_owned).collect())
    }

    pub fn exists(&self, files: &fs::Files) -> bool {
        files.0.contains_key(self)
    }

    pub fn is_dir(&self, files: &fs::Files) -> bool {
        files.0.keys().any(|p| p.0.len() > self.0.len() && p.0.starts_with(&self.0))
    }
}

pub fn copy(files: &mut fs::Files, from: &Path, to: Path) -> bool {
    let Some(bytes) = fs::read(files, from) else { return false };
    !to.exists(files) && fs::write(files, to, &bytes) == 0
}
