pub mod store {
    use std::collections::hash_map::{Entry, HashMap};

    #[derive(Default)]
    pub struct Bids {
        best: HashMap<u64, u64>, //~ ZS401
    }

    impl Bids {
        pub fn place(&mut self, lot: u64, cents: u64) -> bool {
            match self.best.entry(lot) { //~? ZS401
                Entry::Occupied(mut e) if *e.get() < cents => { //~ ZS401
                    e.insert(cents);
                    true
                }
                Entry::Occupied(_) => false, //~ ZS401
                Entry::Vacant(e) => { //~ ZS401
                    e.insert(cents);
                    true
                }
            }
        }
    }
}
