use std::path::Path;

pub fn known(place: impl AsRef<Path>) -> bool {
    place.as_ref().is_file() //~ ZS702
}

pub fn there<P: AsRef<Path>>(place: P) -> bool {
    place.as_ref().exists() //~ ZS702
}
