use std::time::{Duration, SystemTime};

pub struct Journal {
    pub stamps: Vec<u64>,
}

impl Journal {
    pub fn stamp(&mut self, source: Option<SystemTime>) -> u64 { //~ ZS103
        let at = source.unwrap_or_else(SystemTime::now); //~ ZS101
        let secs = at
            .duration_since(SystemTime::UNIX_EPOCH) //~? ZS101|ZS103
            .as_ref()
            .map_or(0, Duration::as_secs);
        self.stamps.push(secs);
        secs
    }
}
