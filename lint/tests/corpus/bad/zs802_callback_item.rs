pub struct Comparator {
    pub descending: bool,
}

pub extern "C" fn compare(a: u64, b: u64) -> i32 { //~ ZS802
    match a.cmp(&b) {
        core::cmp::Ordering::Less => -1,
        core::cmp::Ordering::Equal => 0,
        core::cmp::Ordering::Greater => 1,
    }
}

pub fn order(c: &Comparator, a: u64, b: u64) -> i32 {
    if c.descending { compare(b, a) } else { compare(a, b) }
}
