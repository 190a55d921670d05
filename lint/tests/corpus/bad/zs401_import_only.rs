//! Nothing in this file names the set again, so the import is the finding.

pub use std::collections::HashSet; //~ ZS401

pub struct Seat(pub u8);

impl Seat {
    pub fn next(&self, seats: u8) -> Seat {
        Seat((self.0 + 1) % seats.max(1))
    }
}
