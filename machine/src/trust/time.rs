//! Ticks as the text of a login writes them: proleptic Gregorian, UTC, always with milliseconds.

use alloc::{format, string::String};

use crate::kernel::Tick;

/// `YYYY-MM-DDTHH:MM:SS.mmmZ`.
#[must_use]
pub fn timestamp(tick: Tick) -> String {
    let (days, ms) = (tick / 86_400_000, tick % 86_400_000);
    let (year, month, day) = date(days);
    let (hour, minute, second, ms) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60, ms % 1_000);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z")
}

/// Year, month and day of a day since 1970-01-01. Years are counted from March, so that a leap day ends one.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    assert!((1..=12).contains(&month) && (1..=31).contains(&day), "day {days} is in month {month}, day {day}");
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::timestamp;
    use crate::kernel::machine::TICK_MAX;

    #[test]
    fn ticks_are_written_in_utc() {
        assert_eq!(timestamp(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(timestamp(951_782_400_000), "2000-02-29T00:00:00.000Z");
        assert_eq!(timestamp(1_767_225_600_000), "2026-01-01T00:00:00.000Z");
        assert_eq!(timestamp(4_107_542_399_999), "2100-02-28T23:59:59.999Z");
        assert_eq!(timestamp(4_107_542_400_000), "2100-03-01T00:00:00.000Z");
        assert_eq!(timestamp(TICK_MAX), "9999-12-31T23:59:59.999Z");
    }
}
