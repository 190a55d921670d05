use std::time::Duration;

pub struct Backoff {
    pub base: Duration,
    pub attempts: u32,
}

impl Backoff {
    pub fn next(&mut self, stretch: u64) -> Duration {
        self.attempts += 1;
        let twice = self.base * 2;
        let factor = Duration::div_duration_f64(twice, self.base); //~ ZS303
        Duration::mul_f64(twice, factor) + Duration::from_millis(stretch) //~ ZS303
    }
}
