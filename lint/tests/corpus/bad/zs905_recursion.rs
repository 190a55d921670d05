pub struct Ratio {
    pub num: u64,
    pub den: u64,
}

#[rustfmt::skip]
fn gcd(a: u64, b: u64) -> u64 { if b == 0 { a } else { gcd(b, a % b) } } //~ ZS905

impl Ratio {
    pub fn reduced(&self) -> Ratio {
        let g = gcd(self.num, self.den).max(1);
        Ratio { num: self.num / g, den: self.den / g }
    }
}
