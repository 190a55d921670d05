//# pedantic
use std::collections::BTreeMap;

pub struct Bank {
    accounts: BTreeMap<u32, u64>,
}

impl Bank {
    pub fn balance(&self, id: u32) -> u64 {
        *self.accounts.get(&id).unwrap() //~ ZS901
    }

    pub fn richest(&self) -> u32 {
        let (id, _) = self.accounts.iter().max_by_key(|(id, b)| (**b, **id)).expect("no accounts"); //~ ZS901
        *id
    }
}
