pub struct Machine {
    pub height: u64,
}

#[unsafe(no_mangle)] //~ ZS802 //~? ZS801
pub fn machine_step(height: u64) -> u64 {
    height.wrapping_add(1)
}

impl Machine {
    pub fn step(&mut self) {
        self.height = machine_step(self.height);
    }
}
