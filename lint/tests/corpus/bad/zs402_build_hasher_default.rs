use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

#[derive(Default)]
pub struct Mix(u64);

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = (self.0 ^ u64::from(*b)).wrapping_mul(0x100000001b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

pub struct Positions {
    rows: HashMap<u64, i64, BuildHasherDefault<Mix>>, //~ ZS402|ZS401
}

pub fn open(p: &Positions) -> usize {
    p.rows.len() //~? ZS401|ZS402
}
