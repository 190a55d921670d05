//! Logical time: an instant is a height, not a reading of a clock.

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(u64);

impl Instant {
    pub const GENESIS: Instant = Instant(0);

    pub fn now(clock: &Clock) -> Instant {
        Instant(clock.height)
    }

    pub fn elapsed(self, clock: &Clock) -> u64 {
        clock.height.saturating_sub(self.0)
    }
}

pub struct Clock {
    height: u64,
}

impl Clock {
    pub fn advance(&mut self) -> Instant {
        self.height += 1;
        Instant::now(self)
    }
}

pub fn ages(starts: &[Instant], clock: &Clock) -> Vec<u64> {
    starts.iter().map(|s| s.elapsed(clock)).collect()
}
