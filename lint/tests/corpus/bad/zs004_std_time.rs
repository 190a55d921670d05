use std::collections::BTreeMap;
use std::time::*; //~ ZS004

pub struct Leases {
    until: BTreeMap<u64, Duration>,
}

impl Leases {
    pub fn grant(&mut self, id: u64, now: Duration) {
        self.until.insert(id, now + Duration::from_secs(30));
    }

    pub fn expire(&mut self, now: Duration) {
        self.until.retain(|_, until| *until > now);
    }
}
