macro_rules! stamp {
    ($entry:expr) => {{
        $entry.at = ::time::OffsetDateTime::now_utc().unix_timestamp(); //~ ZS101
        $entry
    }};
}

#[derive(Clone, Copy)]
pub struct Entry {
    pub amount: i64,
    pub at: i64,
}

pub fn post(mut entry: Entry, amount: i64) -> Entry {
    entry.amount = entry.amount.wrapping_add(amount);
    stamp!(entry)
}
