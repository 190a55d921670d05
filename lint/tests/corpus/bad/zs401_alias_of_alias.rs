use std::collections;

type Table<V> = collections::HashMap<u64, V>; //~ ZS401
type Prices = Table<u32>; //~? ZS401

pub struct Catalogue {
    prices: Prices, //~? ZS401
}

impl Catalogue {
    pub fn new() -> Self {
        Catalogue { prices: Prices::new() } //~ ZS401
    }

    pub fn price(&self, article: u64) -> Option<u32> {
        self.prices.get(&article).copied() //~? ZS401
    }
}
