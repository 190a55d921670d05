//# pedantic
use std::cell::Cell;

pub struct Meter {
    limit: u64,
    used: Cell<u64>, //~ ZS503
}

impl Meter {
    pub fn charge(&self, gas: u64) -> Option<u64> {
        let next = self.used.get().checked_add(gas)?;
        if next > self.limit {
            return None;
        }
        self.used.set(next);
        Some(next)
    }
}
