//! Formats points for people.

use crate::format::decimal;

/// "100", "12.5": points from micropoints.
#[must_use]
pub fn points(micro: u64) -> String {
    decimal(micro, 6)
}
