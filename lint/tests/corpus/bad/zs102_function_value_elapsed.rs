use std::time::{Duration, Instant};

/// Waiting times of the open requests.
pub fn waits(open: &[Instant]) -> Vec<Duration> { //~ ZS103
    open.iter().map(Instant::elapsed).collect() //~ ZS102
}

pub fn longest(open: &[Duration]) -> Duration {
    open.iter().copied().max().unwrap_or(Duration::ZERO)
}
