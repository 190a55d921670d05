//! Today, for waivers with an `until`; the one place that reads a clock.

use std::time::{SystemTime, UNIX_EPOCH};

/// The date in UTC, as YYYY-MM-DD.
pub(crate) fn today() -> String {
    let days = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / 86_400);
    date(days)
}

/// The date of a day since 1970-01-01, by Howard Hinnant's algorithm.
fn date(days: u64) -> String {
    let shifted = days + 719_468;
    let (era, day) = (shifted / 146_097, shifted % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let (day, month) = (day_of_year - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    format!("{:04}-{month:02}-{day:02}", year + era * 400 + u64::from(month <= 2))
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn days_become_dates() {
        assert_eq!(
            (date(0), date(19_782), date(20_454)),
            ("1970-01-01".into(), "2024-02-29".into(), "2026-01-01".into())
        );
    }
}
