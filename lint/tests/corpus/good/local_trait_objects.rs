//! Trait objects whose implementations all live here.

use std::collections::BTreeMap;

pub trait Rule {
    fn name(&self) -> &str;
    fn allows(&self, amount: u64) -> bool;
}

pub struct Cap(pub u64);
pub struct Even;

impl Rule for Cap {
    fn name(&self) -> &str {
        "cap"
    }
    fn allows(&self, amount: u64) -> bool {
        amount <= self.0
    }
}

impl Rule for Even {
    fn name(&self) -> &str {
        "even"
    }
    fn allows(&self, amount: u64) -> bool {
        amount % 2 == 0
    }
}

pub fn check(rules: &[&dyn Rule], amount: u64) -> Result<u64, String> {
    match rules.iter().find(|r| !r.allows(amount)) {
        Some(r) => Err(r.name().to_owned()),
        None => Ok(amount),
    }
}

pub fn standard(amounts: &[u64]) -> BTreeMap<u64, bool> {
    let cap = Cap(1_000);
    amounts.iter().map(|a| (*a, check(&[&cap, &Even], *a).is_ok())).collect()
}

pub fn transform(amounts: &mut [u64], f: &dyn Fn(u64) -> u64) {
    for a in amounts {
        *a = f(*a);
    }
}
