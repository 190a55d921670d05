use std::collections::HashMap;

pub trait Count {
    fn fresh() -> Self;
    fn total(&self) -> u64;
}

impl Count for HashMap<u32, u64> { //~ ZS401
    fn fresh() -> Self {
        Self::new() //~? ZS401
    }

    fn total(&self) -> u64 {
        self.values().sum() //~? ZS401
    }
}
