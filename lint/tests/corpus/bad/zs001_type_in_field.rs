use std::collections::BTreeMap;
use warehouse_units::{Quantity, Unit as Measure};

/// Stock per article.
pub struct Stock {
    levels: BTreeMap<u64, Quantity>, //~ ZS001
    reserved: BTreeMap<u64, u32>,
}

impl Stock {
    pub fn reserved(&self, article: u64) -> u32 {
        self.reserved.get(&article).copied().unwrap_or(0)
    }

    pub fn convert(&self, m: Measure) -> bool { //~ ZS001
        let _ = m;
        self.levels.is_empty()
    }
}
