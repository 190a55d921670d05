use std::time::{Duration, Instant};

pub struct Lease {
    owner: u32,
    granted: Instant, //~ ZS103
    ttl: Duration,
}

impl Lease {
    pub fn renew(&mut self, owner: u32, at: Instant) -> bool { //~ ZS103
        if self.owner != owner {
            return false;
        }
        self.granted = at;
        true
    }

    pub fn ttl(&self) -> Duration {
        self.ttl
    }
}
