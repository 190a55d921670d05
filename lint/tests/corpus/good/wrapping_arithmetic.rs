use std::num::{Saturating, Wrapping};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SplitMix(Wrapping<u64>);

impl SplitMix {
    pub const fn new(seed: u64) -> Self {
        SplitMix(Wrapping(seed))
    }

    pub fn next(&mut self) -> u64 {
        self.0 += Wrapping(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)) * Wrapping(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)) * Wrapping(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)).0
    }
}

pub fn score(hits: &[u32]) -> u32 {
    let mut s = Saturating(0u32);
    for h in hits {
        s += *h;
    }
    s.0
}

pub fn rotate(x: u64, y: u32) -> (u64, bool) {
    let (sum, carried) = x.rotate_left(y).overflowing_add(x.swap_bytes());
    (sum.reverse_bits() ^ u64::from(sum.count_ones()), carried)
}
