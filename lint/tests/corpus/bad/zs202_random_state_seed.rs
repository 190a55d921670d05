use std::hash::{BuildHasher, RandomState};

pub struct Shuffler {
    seed: u64,
}

impl Shuffler {
    pub fn new() -> Shuffler {
        let keys = RandomState::new(); //~ ZS202
        Shuffler { seed: keys.hash_one(1u8) } //~? ZS202
    }

    pub fn next(&mut self) -> u64 {
        self.seed = self.seed.wrapping_mul(6364136223846793005).wrapping_add(1);
        self.seed >> 33
    }
}
