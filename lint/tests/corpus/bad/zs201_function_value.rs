use std::collections::BTreeMap;

pub struct Coupons {
    codes: BTreeMap<u32, u64>,
}

impl Coupons {
    pub fn code(&mut self, customer: u32) -> u64 {
        *self.codes.entry(customer).or_insert_with(rand::random) //~ ZS201
    }

    pub fn redeem(&mut self, customer: u32, code: u64) -> bool {
        self.codes.get(&customer) == Some(&code) && self.codes.remove(&customer).is_some()
    }
}
