//! The runtime's clock may be paused in tests; in production it is the host's.

pub trait Throttle {
    fn allow(&mut self, cost: u32) -> bool {
        let asked = tokio::time::Instant::now(); //~ ZS102
        self.charge(cost);
        asked.elapsed().as_millis() < 5 //~ ZS102
    }

    fn charge(&mut self, cost: u32);
}
