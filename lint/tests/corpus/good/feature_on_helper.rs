//! A feature adds a helper; the state is the same with and without it.

pub struct Tank {
    pub level: u32,
    pub capacity: u32,
}

impl Tank {
    pub fn fill(&mut self, n: u32) -> u32 {
        let room = self.capacity - self.level;
        let taken = n.min(room);
        self.level += taken;
        n - taken
    }
}

#[cfg(feature = "report")]
pub fn report(tank: &Tank) -> String {
    format!("{}/{}", tank.level, tank.capacity)
}

#[cfg(feature = "report")]
pub mod bars {
    pub fn bar(level: u32) -> String {
        "#".repeat(level as usize)
    }
}
