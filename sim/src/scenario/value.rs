//! Values as a scenario writes them: durations, decimals, ratios. No floats anywhere: what people write is exact.

use std::ops::Range;

/// A value of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text, also one of a list of names.
    Text(String),
    /// A whole number: of what, the key's kind says (milliseconds, millionths, parts per million, or just so many).
    Number(u64),
    /// One of the two flags, true or false.
    Flag(bool),
    /// From and to, in microseconds.
    Span(u64, u64),
    /// Positions in the flat list of all members of all actors.
    Actors(Vec<u32>),
    /// The crowd's member before.
    Previous,
    /// Text, a whole number, a flag, a list or a table.
    Any(serde_json::Value),
    /// Names and what stands for them.
    Map(Vec<(String, Self)>),
}

impl Value {
    /// The whole number that the value is, if it is one.
    #[must_use]
    pub const fn as_number(&self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }
}

/// The values of one table, with their places in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values {
    pub(super) list: Vec<(String, Value, Range<usize>)>,
}

impl Values {
    /// The value of a key, if the table has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.list.iter().find(|(name, ..)| name == key).map(|(_, value, _)| value)
    }

    /// Where a key's value stands in the file, in bytes.
    #[must_use]
    pub fn span(&self, key: &str) -> Option<Range<usize>> {
        self.list.iter().find(|(name, ..)| name == key).map(|(.., span)| span.clone())
    }

    /// The text of a key, if it is one.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A key's number, in the unit of its kind.
    #[must_use]
    pub fn number(&self, key: &str) -> Option<u64> {
        self.get(key)?.as_number()
    }

    /// Whether a key says true.
    #[must_use]
    pub fn flag(&self, key: &str) -> Option<bool> {
        match self.get(key)? {
            Value::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The map of a key; empty if it has none.
    #[must_use]
    pub fn map(&self, key: &str) -> &[(String, Value)] {
        match self.get(key) {
            Some(Value::Map(map)) => map,
            _ => &[],
        }
    }
}

const UNITS: [(&str, u64); 6] =
    [("us", 1), ("ms", 1_000), ("s", 1_000_000), ("m", 60_000_000), ("h", 3_600_000_000), ("d", 86_400_000_000)];

/// "1h 30m" in microseconds; none if it is no duration or a unit comes twice or in the wrong order.
pub(super) fn micros(text: &str) -> Option<u64> {
    let mut sum: u64 = 0;
    let mut last = u64::MAX;
    let mut parts = text.split(' ').peekable();
    parts.peek()?;
    for part in parts {
        let digits = part.find(|c: char| !c.is_ascii_digit())?;
        let (_, unit) = UNITS.iter().find(|(name, _)| *name == &part[digits..]).filter(|(_, unit)| *unit < last)?;
        last = *unit;
        sum = sum.checked_add(part[..digits].parse::<u64>().ok()?.checked_mul(*unit)?)?;
    }
    Some(sum)
}

/// A decimal number times 10^places, exactly; none if it has more places, signs or spaces.
pub(super) fn decimal(text: &str, places: u32) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(part) || (text.contains('.') && part.is_empty()) {
        return None;
    }
    let missing = places.checked_sub(u32::try_from(part.len()).ok()?)?;
    let number = format!("{whole}{part}").parse::<u64>().ok()?;
    number.checked_mul(10_u64.checked_pow(missing)?)
}

/// "20 %" in parts per million.
pub(super) fn ratio(text: &str) -> Option<u64> {
    decimal(text.strip_suffix('%')?.trim_end_matches(' '), 4).filter(|ppm| *ppm <= 1_000_000)
}

/// Reads "1ms..10ms" as two durations in microseconds.
pub(super) fn span(text: &str) -> Option<(u64, u64)> {
    let (from, to) = text.split_once("..")?;
    let (from, to) = (micros(from)?, micros(to)?);
    (from <= to).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_exact_and_have_one_reading() {
        assert_eq!(micros("5s"), Some(5_000_000));
        assert_eq!(micros("1h 30m"), Some(5_400_000_000));
        assert_eq!(micros("30d"), Some(2_592_000_000_000));
        for bad in ["", "5", "s", "5 s", "-5s", "1.5s", "30m 1h", "1s 1s", "5sec", "99999999999999999999s", "5s "] {
            assert_eq!(micros(bad), None, "{bad}");
        }
    }

    #[test]
    fn decimals_and_ratios_are_exact() {
        assert_eq!(
            (decimal("100", 6), decimal("12.5", 6), decimal("0.000001", 6)),
            (Some(100_000_000), Some(12_500_000), Some(1))
        );
        for bad in ["", ".5", "5.", "1.0000001", "-1", "1e3", "1,5", " 1"] {
            assert_eq!(decimal(bad, 6), None, "{bad}");
        }
        assert_eq!(
            (ratio("20 %"), ratio("33.3333%"), ratio("101 %"), ratio("20")),
            (Some(200_000), Some(333_333), None, None)
        );
        assert_eq!((span("1ms..10ms"), span("2s..1s")), (Some((1_000, 10_000)), None));
    }
}
