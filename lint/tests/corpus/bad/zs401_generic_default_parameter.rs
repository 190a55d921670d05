use std::collections as c;

pub struct Index<M = c::HashMap<u64, Vec<u64>>> { //~ ZS401
    rows: M,
    pub height: u64,
}

impl<M: Default> Index<M> {
    pub fn new() -> Self {
        Index { rows: M::default(), height: 0 }
    }

    pub fn rows(&self) -> &M {
        &self.rows
    }
}
