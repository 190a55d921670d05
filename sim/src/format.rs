//! Formats numbers for people: decimals, percent and durations.

/// "20 %": a ratio from parts per million.
#[must_use]
pub fn ratio(ppm: u64) -> String {
    format!("{} %", decimal(ppm, 4))
}

/// "1m", "1h 30m", "250ms": a duration from milliseconds.
#[must_use]
pub fn span(ms: u64) -> String {
    let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];
    let (mut left, mut parts) = (ms, Vec::new());
    for (unit, size) in units {
        if left >= size {
            parts.push(format!("{}{unit}", left / size));
            left %= size;
        }
    }
    if parts.is_empty() { "0ms".to_string() } else { parts.join(" ") }
}

/// "100", "12.5": a whole number of `10^-places`, without trailing zeros.
///
/// # Panics
/// If `places` is over 19.
#[must_use]
pub fn decimal(number: u64, places: u32) -> String {
    let one = 10_u64.pow(places);
    let (whole, part) = (number / one, number % one);
    let text = format!("{whole}.{part:0width$}", width = places as usize);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

#[cfg(test)]
mod tests {
    use super::{decimal, ratio, span};

    #[test]
    fn people_read_decimals_and_percent() {
        assert_eq!(
            (decimal(100_000_000, 6), decimal(12_500_000, 6), decimal(1, 6), decimal(0, 6)),
            ("100".into(), "12.5".into(), "0.000001".into(), "0".into())
        );
        assert_eq!((ratio(200_000), ratio(333_333), ratio(0)), ("20 %".into(), "33.3333 %".into(), "0 %".into()));
        assert_eq!(
            (span(60_000), span(5_400_000), span(1_250), span(0)),
            ("1m".into(), "1h 30m".into(), "1s 250ms".into(), "0ms".into())
        );
    }
}
