//! `Ordering::Relaxed` is a rule for how strictly a queue is served.

pub mod atomic {
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Ordering {
        Relaxed,
        Strict,
    }

    #[derive(Clone, Debug, Default)]
    pub struct AtomicU64 {
        pub value: u64,
    }

    impl AtomicU64 {
        pub const fn new(value: u64) -> Self {
            AtomicU64 { value }
        }

        pub fn fetch_add(&mut self, n: u64, _how: Ordering) -> u64 {
            let old = self.value;
            self.value += n;
            old
        }
    }
}

use atomic::{AtomicU64, Ordering};

pub struct Tickets {
    next: AtomicU64,
    served: Vec<u64>,
}

impl Tickets {
    pub fn new() -> Tickets {
        Tickets { next: AtomicU64::new(1), served: Vec::new() }
    }

    pub fn serve(&mut self, how: Ordering) -> std::cmp::Ordering {
        let id = self.next.fetch_add(1, Ordering::Strict);
        let last = self.served.last().copied().unwrap_or(0);
        if how == Ordering::Relaxed || id > last {
            self.served.push(id);
        }
        id.cmp(&last)
    }
}
