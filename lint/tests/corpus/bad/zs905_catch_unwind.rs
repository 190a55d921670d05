use std::panic::{self, AssertUnwindSafe};

pub struct Plugin {
    pub rule: fn(u64) -> u64,
}

pub fn run(p: &Plugin, value: u64) -> Option<u64> {
    let f = p.rule;
    panic::catch_unwind(AssertUnwindSafe(|| f(value))).ok() //~ ZS905
}
