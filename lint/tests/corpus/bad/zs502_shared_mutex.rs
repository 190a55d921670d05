use std::sync::{Arc, Mutex as Lock};

pub struct Account {
    cents: Arc<Lock<i64>>, //~ ZS502
}

impl Account {
    pub fn new(cents: i64) -> Self {
        Self { cents: Arc::new(Lock::new(cents)) } //~ ZS502
    }

    pub fn withdraw(&self, amount: i64) -> bool {
        match self.cents.lock() { //~? ZS502
            Ok(mut c) if *c >= amount => {
                *c -= amount;
                true
            }
            _ => false,
        }
    }
}
