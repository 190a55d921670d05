use log::{info, warn as attention};

pub struct Stock {
    pub level: u32,
}

impl Stock {
    pub fn take(&mut self, n: u32) -> bool {
        match self.level.checked_sub(n) {
            Some(rest) => {
                info!("left {rest}"); //~ ZS701
                self.level = rest;
                true
            }
            None => {
                attention!("short by {}", n - self.level); //~ ZS701
                false
            }
        }
    }
}
