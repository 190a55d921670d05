use std::simd::u32x4 as Lanes;

pub struct Scores {
    pub quarter: [u32; 4],
}

pub fn doubled(s: &Scores) -> [u32; 4] {
    let v = Lanes::from_array(s.quarter); //~ ZS803
    (v + v).to_array()
}
