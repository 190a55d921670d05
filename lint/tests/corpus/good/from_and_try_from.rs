use std::convert::Infallible;
use std::num::{IntErrorKind, ParseIntError, TryFromIntError};
use std::str::FromStr;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seat(u8);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeatError {
    Range,
    Empty,
    Text(ParseIntError),
}

impl From<TryFromIntError> for SeatError {
    fn from(_: TryFromIntError) -> Self {
        SeatError::Range
    }
}

impl From<Infallible> for SeatError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl From<ParseIntError> for SeatError {
    fn from(e: ParseIntError) -> Self {
        match e.kind() {
            IntErrorKind::Empty => SeatError::Empty,
            _ => SeatError::Text(e),
        }
    }
}

impl TryFrom<u64> for Seat {
    type Error = SeatError;

    fn try_from(n: u64) -> Result<Self, SeatError> {
        let n = u8::try_from(n)?;
        if n < 10 { Ok(Seat(n)) } else { Err(SeatError::Range) }
    }
}

impl From<Seat> for u64 {
    fn from(s: Seat) -> u64 {
        s.0.into()
    }
}

impl FromStr for Seat {
    type Err = SeatError;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Seat::try_from(u64::from_str(s.trim())?)
    }
}
