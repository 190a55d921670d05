use std::collections::HashMap as Map;

pub struct Ledger {
    balances: Map<u32, i64>, //~ ZS401
    height: u64,
}

impl Ledger {
    pub fn post(&mut self, from: u32, to: u32, cents: i64) {
        self.height += 1;
        for (account, delta) in [(from, -cents), (to, cents)] {
            let slot = self.balances.entry(account).or_insert(0); //~? ZS401
            *slot += delta;
        }
    }
}
