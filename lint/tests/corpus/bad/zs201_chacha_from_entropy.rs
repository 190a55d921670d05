//! The generator is a good one, the seed is not.

use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};

pub struct Dice {
    rng: ChaCha20Rng,
}

impl Dice {
    pub fn seeded(seed: u64) -> Dice {
        Dice { rng: ChaCha20Rng::seed_from_u64(seed) }
    }

    pub fn unseeded() -> Dice {
        Dice { rng: ChaCha20Rng::from_os_rng() } //~ ZS201
    }

    pub fn roll(&mut self) -> u32 {
        self.rng.next_u32() % 6 + 1
    }
}
