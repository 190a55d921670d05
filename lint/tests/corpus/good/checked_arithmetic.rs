#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Money {
    cents: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MathError {
    Overflow,
    ByZero,
}

impl Money {
    pub const ZERO: Money = Money { cents: 0 };

    pub fn add(self, other: Money) -> Result<Money, MathError> {
        self.cents.checked_add(other.cents).map(|cents| Money { cents }).ok_or(MathError::Overflow)
    }

    pub fn scale(self, num: i64, den: i64) -> Result<Money, MathError> {
        let wide = i128::from(self.cents).checked_mul(i128::from(num)).ok_or(MathError::Overflow)?;
        let cents = wide.checked_div_euclid(i128::from(den)).ok_or(MathError::ByZero)?;
        Ok(Money { cents: i64::try_from(cents).map_err(|_| MathError::Overflow)? })
    }

    pub fn total<'a>(all: impl IntoIterator<Item = &'a Money>) -> Result<Money, MathError> {
        all.into_iter().try_fold(Money::ZERO, |sum, m| sum.add(*m))
    }

    pub fn split(self, parts: u32) -> Result<Vec<Money>, MathError> {
        let n = i64::from(parts);
        let base = self.cents.checked_div(n).ok_or(MathError::ByZero)?;
        let rest = self.cents.checked_rem(n).ok_or(MathError::ByZero)?;
        Ok((0..n).map(|i| Money { cents: base + i64::from(i < rest) }).collect())
    }
}
