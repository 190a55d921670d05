use std::cmp::Ordering;
use std::fmt;
use std::num::NonZeroU64;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ratio {
    num: u64,
    den: NonZeroU64,
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl Ratio {
    pub const ONE: Ratio = Ratio { num: 1, den: NonZeroU64::MIN };

    pub fn new(num: u64, den: u64) -> Option<Ratio> {
        let g = gcd(num, den).max(1);
        Some(Ratio { num: num / g, den: NonZeroU64::new(den / g)? })
    }

    pub fn of(self, amount: u64) -> u64 {
        let wide = u128::from(amount) * u128::from(self.num) / u128::from(self.den.get());
        u64::try_from(wide).unwrap_or(u64::MAX)
    }

    pub fn checked_mul(self, other: Ratio) -> Option<Ratio> {
        let den = self.den.checked_mul(other.den)?;
        Ratio::new(self.num.checked_mul(other.num)?, den.get())
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Ratio) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Ratio) -> Ordering {
        let left = u128::from(self.num) * u128::from(other.den.get());
        let right = u128::from(other.num) * u128::from(self.den.get());
        left.cmp(&right)
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_fmt(format_args!("{}/{}", self.num, self.den))
    }
}
