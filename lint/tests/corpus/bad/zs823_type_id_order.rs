use std::any::TypeId;
use std::collections::BTreeMap;

pub struct Handlers {
    by_type: BTreeMap<TypeId, fn(u64) -> u64>, //~ ZS823
}

impl Handlers {
    pub fn run_all(&self, value: u64) -> u64 {
        self.by_type.values().fold(value, |v, f| f(v))
    }

    pub fn add<T: 'static>(&mut self, f: fn(u64) -> u64) {
        self.by_type.insert(TypeId::of::<T>(), f); //~ ZS823
    }
}
