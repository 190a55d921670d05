use std::sync::atomic::{AtomicU64, Ordering};

pub struct Ids {
    next: AtomicU64, //~ ZS502
}

impl Ids {
    pub fn take(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed) //~ ZS502
    }
}

pub fn is_genesis(id: u64) -> bool {
    id == 0
}
