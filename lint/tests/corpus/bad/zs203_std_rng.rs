use rand::rngs::StdRng as Generator;
use rand_core::{RngCore, SeedableRng};

pub struct Arena {
    pub wave: u32,
    pub seed: u64,
}

impl Arena {
    pub fn spawn_points(&self, n: usize) -> Vec<u32> {
        let mut g = Generator::seed_from_u64(self.seed ^ u64::from(self.wave)); //~ ZS203
        (0..n).map(|_| g.next_u32() % 100).collect()
    }
}
