//! Numbers with a range or a spelling of their own.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::{
    bug,
    kernel::{Int, table::RowKey},
};

/// The counter of an intent: 1..=2^53-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Counter(Int);

impl Counter {
    /// The counter, if the number lies in 1..=2^53-1.
    #[must_use]
    pub fn new(number: u64) -> Option<Self> {
        Int::new(number).filter(|number| *number > Int::ZERO).map(Self)
    }

    /// The number.
    #[must_use]
    pub fn int(self) -> Int {
        self.0
    }

    /// The number, as arithmetic takes it.
    #[must_use]
    pub fn get(self) -> u64 {
        self.0.get()
    }
}

impl fmt::Display for Counter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl<'de> Deserialize<'de> for Counter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Int::deserialize(deserializer)?;
        Self::new(number.get()).ok_or_else(|| D::Error::custom("a counter starts at 1"))
    }
}

/// A number in a key: 0..=2^53-1, padded to 16 digits, so that the order of the texts is that of the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Padded(pub Int);

impl fmt::Display for Padded {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:016}", self.0.get())
    }
}

impl RowKey for Padded {
    fn parse(text: &str) -> Option<Self> {
        let digits = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = || text.parse().unwrap_or_else(|_| bug!("{text} is 16 digits and no number"));
        digits.then(number).and_then(Int::new).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_starts_at_1_and_ends_at_the_largest_integer() {
        assert_eq!(Counter::new(0), None);
        assert_eq!(Counter::new(1).map(Counter::get), Some(1));
        assert_eq!(Counter::new((1 << 53) - 1).map(Counter::int), Some(Int::MAX));
        assert_eq!(Counter::new(1 << 53), None);
        assert_eq!(serde_json::from_str::<Counter>("0").ok(), None);
        assert_eq!(serde_json::from_str::<Counter>("7").ok(), Counter::new(7));
    }

    #[test]
    fn a_padded_number_has_one_spelling() {
        assert_eq!(Padded::parse("0000000000000007"), Some(Padded(Int::from(7))));
        assert_eq!(Padded::parse("9007199254740991"), Some(Padded(Int::MAX)));
        for bad in
            ["+000000000000007", "000000000000007", "00000000000000007", "9007199254740992", "-000000000000007", ""]
        {
            assert_eq!(Padded::parse(bad), None, "{bad}");
        }
    }
}
