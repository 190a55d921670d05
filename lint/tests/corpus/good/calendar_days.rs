//! Civil dates from day numbers, integers only.

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    pub year: i32,
    pub month: u8,
    pub day: u8,
}

impl Date {
    pub const UNIX_EPOCH: Date = Date { year: 1970, month: 1, day: 1 };

    pub const fn is_leap(year: i32) -> bool {
        (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
    }

    pub fn from_days(days: i64) -> Date {
        let z = days + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        Date {
            year: (yoe + era * 400) as i32 + i32::from(month <= 2),
            month: month as u8,
            day: (doy - (153 * mp + 2) / 5 + 1) as u8,
        }
    }

    pub fn days_in_month(self) -> u8 {
        match self.month {
            2 if Date::is_leap(self.year) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}

pub fn due(issued_day: i64, months: u8) -> Date {
    (0..months).fold(Date::from_days(issued_day), |d, _| {
        let (year, month) = if d.month == 12 { (d.year + 1, 1) } else { (d.year, d.month + 1) };
        let next = Date { year, month, day: 1 };
        Date { day: d.day.min(next.days_in_month()), ..next }
    })
}
