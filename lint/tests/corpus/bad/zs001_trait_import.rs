//! Settlement netting: the extension trait comes from a crate nobody has looked at.

use netting_kit::NetExt as _; //~ ZS001
use std::collections::BTreeMap;

pub struct Book {
    positions: BTreeMap<u32, i64>,
}

impl Book {
    pub fn settle(&mut self, account: u32, amount: i64) -> i64 {
        let entry = self.positions.entry(account).or_insert(0);
        *entry = entry.saturating_add(amount);
        *entry
    }
}
