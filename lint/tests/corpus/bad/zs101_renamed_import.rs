use std::time::{Duration, SystemTime as Clock, UNIX_EPOCH as ZERO};

pub struct Hold {
    pub opened_secs: u64,
    pub ttl: Duration,
}

pub fn open(ttl: Duration) -> Hold {
    let opened_secs = match Clock::now().duration_since(ZERO) { //~ ZS101
        Ok(d) => d.as_secs(),
        Err(_) => 0,
    };
    Hold { opened_secs, ttl }
}
