//! Prices with nine decimals, in integers only.

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fixed(u64);

pub const SCALE: u64 = 1_000_000_000;

impl Fixed {
    pub const ONE: Fixed = Fixed(SCALE);

    pub fn from_parts(whole: u64, nano: u32) -> Option<Fixed> {
        whole.checked_mul(SCALE)?.checked_add(u64::from(nano)).map(Fixed)
    }

    pub fn mul(self, other: Fixed) -> Option<Fixed> {
        let wide = u128::from(self.0) * u128::from(other.0) / u128::from(SCALE);
        u64::try_from(wide).ok().map(Fixed)
    }

    pub fn div(self, other: Fixed) -> Option<Fixed> {
        let wide = (u128::from(self.0) * u128::from(SCALE)).checked_div(u128::from(other.0))?;
        u64::try_from(wide).ok().map(Fixed)
    }

    pub fn sqrt(self) -> Fixed {
        let n = u128::from(self.0) * u128::from(SCALE);
        Fixed(n.isqrt() as u64)
    }
}

impl core::fmt::Display for Fixed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}.{:09}", self.0 / SCALE, self.0 % SCALE)
    }
}
