use std::thread as worker;

pub struct Batch {
    pub items: Vec<u64>,
}

impl Batch {
    pub fn total(self) -> u64 {
        let items = self.items;
        let handle = worker::spawn(move || items.iter().fold(0u64, |a, i| a.wrapping_add(*i))); //~ ZS601
        handle.join().unwrap_or(0) //~? ZS601
    }
}
