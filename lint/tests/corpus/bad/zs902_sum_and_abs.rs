//# pedantic
pub struct Entry {
    pub delta: i64,
}

pub fn balance(entries: &[Entry]) -> i64 {
    entries.iter().map(|e| e.delta).sum() //~ ZS902
}

pub fn distance(a: &Entry) -> i64 {
    a.delta.abs() //~ ZS902
}

pub fn flip(e: &Entry) -> Entry {
    Entry { delta: -e.delta } //~ ZS902
}
