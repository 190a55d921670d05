use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};

pub struct Table {
    seats: [u8; 6],
}

impl Table {
    pub fn shuffle(&mut self) {
        let mut rng = ChaCha8Rng::from_rng(rand::thread_rng()); //~ ZS201
        for i in (1..self.seats.len()).rev() {
            let j = (rng.next_u64() % (i as u64 + 1)) as usize;
            self.seats.swap(i, j);
        }
    }
}
