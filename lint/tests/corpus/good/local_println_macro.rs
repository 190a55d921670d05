macro_rules! println {
    ($log:expr, $($arg:tt)*) => {
        $log.push(format!($($arg)*))
    };
}

macro_rules! dbg {
    ($e:expr) => {
        $e
    };
}

pub struct Battle {
    pub log: Vec<String>,
    pub health: [u32; 2],
}

impl Battle {
    pub fn hit(&mut self, side: usize, damage: u32) -> bool {
        let Some(h) = self.health.get_mut(side) else {
            println!(self.log, "nobody at {side}");
            return false;
        };
        *h = h.saturating_sub(dbg!(damage));
        println!(self.log, "side {} has {} left", side, h);
        *h == 0
    }
}
