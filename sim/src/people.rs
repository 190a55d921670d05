//! Numbers as people read them: points and percent, never micropoints and parts per million.

/// "100", "12.5": points from micropoints.
#[must_use]
pub fn points(micro: u64) -> String {
    decimal(micro, 6)
}

/// "20 %": a ratio from parts per million.
#[must_use]
pub fn ratio(ppm: u64) -> String {
    format!("{} %", decimal(ppm, 4))
}

/// A number with so many decimal places, without trailing zeros.
fn decimal(number: u64, places: u32) -> String {
    let one = 10_u64.pow(places);
    let (whole, part) = (number / one, number % one);
    let text = format!("{whole}.{part:0width$}", width = places as usize);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

#[cfg(test)]
mod tests {
    use super::{points, ratio};

    #[test]
    fn people_read_points_and_percent() {
        assert_eq!(
            (points(100_000_000), points(12_500_000), points(1), points(0)),
            ("100".into(), "12.5".into(), "0.000001".into(), "0".into())
        );
        assert_eq!((ratio(200_000), ratio(333_333), ratio(0)), ("20 %".into(), "33.3333 %".into(), "0 %".into()));
    }
}
