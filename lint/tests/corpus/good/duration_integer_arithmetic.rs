use std::time::Duration;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    pub holder: u32,
    pub from: Duration,
    pub ttl: Duration,
}

impl Lease {
    pub const MAX: Duration = Duration::from_secs(60);

    pub fn ends(&self) -> Option<Duration> {
        self.from.checked_add(self.ttl.min(Self::MAX))
    }

    pub fn left(&self, now: Duration) -> Duration {
        self.ends().unwrap_or(Duration::MAX).saturating_sub(now)
    }

    pub fn renew(&mut self, now: Duration, times: u32) {
        self.from = now;
        self.ttl = self.ttl.saturating_mul(times) / 2 + Duration::from_millis(1_500);
    }
}

pub fn total_millis(leases: &[Lease]) -> u128 {
    leases.iter().map(|l| l.ttl).sum::<Duration>().as_millis()
}

pub fn parts(d: Duration) -> (u64, u32) {
    (d.as_secs(), d.subsec_nanos())
}
