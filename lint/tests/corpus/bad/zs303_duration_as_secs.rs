use core::time::Duration;

pub struct Job {
    pub budget: Duration,
    pub used: Duration,
}

impl Job {
    pub fn overrun(&self) -> bool {
        let used = self.used.as_secs_f64(); //~ ZS303
        let budget = self.budget.as_secs_f64(); //~ ZS303
        used + used > budget + budget
    }

    pub fn left(&self) -> Duration {
        self.budget.saturating_sub(self.used)
    }
}
