use std::path::Path;

pub enum Mode {
    Fresh,
    Resumed,
}

pub fn mode(marker: &Path, height: u64) -> Mode {
    if height > 0 || marker.exists() { //~ ZS702
        Mode::Resumed
    } else {
        Mode::Fresh
    }
}
