//! The glob brings the clock into scope; the call has no path of its own.

use std::time::*; //~ ZS004

pub struct Round {
    pub number: u32,
    pub millis: u64,
}

pub fn close(round: &mut Round) {
    let begin = Instant::now(); //~ ZS102
    round.number = round.number.wrapping_add(1);
    round.millis = begin.elapsed().as_millis() as u64; //~ ZS102
}
