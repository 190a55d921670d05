extern crate std as s;

pub struct Budget {
    pub steps: u32,
}

impl Budget {
    pub fn spend(&mut self) -> bool {
        let start = s::time::Instant::now(); //~ ZS102
        while self.steps > 0 {
            self.steps -= 1;
        }
        start.elapsed() < s::time::Duration::from_millis(5) //~ ZS102
    }
}
