//! Only the call is at fault: the value is turned into an integer at once.

pub struct Quote {
    pub cents: u64,
    pub valid_until: i64,
}

pub fn quote(cents: u64) -> Quote {
    Quote {
        cents,
        valid_until: chrono::Utc::now().timestamp() + 300, //~ ZS101
    }
}
