pub struct Gate {
    pub open: bool,
    pub raw: u64,
}

impl Gate {
    pub fn wait(&mut self) {
        while !self.open {
            std::thread::park_timeout(core::time::Duration::from_millis(1)); //~ ZS102|ZS601
            self.raw = quanta::Clock::new().raw(); //~ ZS102
            self.open = self.raw & 1 == 1;
        }
    }
}
