use std::path::{Path as P, PathBuf};

pub struct Assets {
    pub files: Vec<PathBuf>,
}

impl Assets {
    pub fn missing(&self) -> usize {
        self.files.iter().filter(|f| !P::is_file(f)).count() //~ ZS702
    }

    pub fn total(&self) -> usize {
        self.files.len()
    }
}
