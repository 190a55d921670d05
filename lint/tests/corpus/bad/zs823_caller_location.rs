use core::panic::Location;

pub struct Entry {
    pub amount: i64,
    pub line: u32,
}

#[track_caller] //~ ZS823
pub fn entry(amount: i64) -> Entry {
    let at = Location::caller(); //~ ZS823
    Entry { amount, line: at.line() }
}
