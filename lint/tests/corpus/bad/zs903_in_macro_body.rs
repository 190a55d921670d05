macro_rules! step {
    ($queue:expr, $expected:expr) => {{
        debug_assert_eq!($queue.pop_front(), Some($expected)); //~ ZS903
        $queue.len()
    }};
}

use std::collections::VecDeque;

pub struct Line {
    waiting: VecDeque<u32>,
}

impl Line {
    pub fn serve(&mut self, customer: u32) -> usize {
        step!(self.waiting, customer)
    }
}
