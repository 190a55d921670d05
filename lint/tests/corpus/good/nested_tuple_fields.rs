//! `x.0.1` is two field accesses, `1..2` is a range, `0x1e3` is an integer.

pub struct Segment(pub (u32, u32), pub (u32, u32));

impl Segment {
    pub fn height(&self) -> u32 {
        self.1.1.abs_diff(self.0.1)
    }

    pub fn width(&self) -> u32 {
        self.1.0.abs_diff(self.0.0)
    }
}

pub const MASK: u32 = 0x1e3;
pub const WIDE: u64 = 0xf32;
pub const OTHER: u64 = 0xF64_u64;
pub const BITS: u8 = 0b1_0;

pub fn first_pair(s: &[((u32, u32), u32)]) -> Option<u32> {
    s.first().map(|x| x.0.1 + x.0 .0)
}

pub fn ranges(n: u32) -> u32 {
    let mut total = 0;
    for i in 1..2 {
        total += i;
    }
    for i in 1..=3 {
        total += i;
    }
    match n {
        0..10 => total,
        10..=20 => total + 1,
        21.. => total + 2,
    }
}
