//! The name says B-tree, the import says otherwise.

use std::collections::HashMap as BTreeMap;

pub struct Inventory {
    levels: BTreeMap<u64, u32>, //~ ZS401
}

pub fn empty() -> Inventory {
    Inventory { levels: BTreeMap::new() } //~ ZS401
}

impl Inventory {
    pub fn first(&self) -> Option<(&u64, &u32)> {
        self.levels.iter().next() //~? ZS401
    }
}
