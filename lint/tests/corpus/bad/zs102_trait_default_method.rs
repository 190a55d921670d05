pub trait Metered {
    fn step(&mut self) -> bool;

    fn run_for(&mut self, millis: u128) -> u32 {
        let t0 = std::time::Instant::now(); //~ ZS102
        let mut steps = 0;
        while t0.elapsed().as_millis() < millis && self.step() { //~ ZS102
            steps += 1;
        }
        steps
    }
}

pub struct Countdown(pub u32);

impl Metered for Countdown {
    fn step(&mut self) -> bool {
        self.0 = self.0.saturating_sub(1);
        self.0 > 0
    }
}
