use std::mem::size_of;

pub const SLOT: u64 = size_of::<usize>() as u64; //~ ZS822

pub struct Gas {
    pub used: u64,
}

impl Gas {
    pub fn store(&mut self, words: u64) {
        self.used = self.used.saturating_add(words * SLOT);
    }

    pub fn shift(&self) -> u64 {
        self.used >> (usize::BITS / 8) //~ ZS822
    }
}
