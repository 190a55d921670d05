//! The tests may do what the core must not.

pub struct Counter {
    pub value: u64,
}

impl Counter {
    pub fn add(&mut self, n: u64) -> u64 {
        self.value = self.value.wrapping_add(n);
        self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Instant;

    static RUNS: AtomicU64 = AtomicU64::new(0);

    #[test]
    fn fast_enough() {
        let begin = Instant::now();
        let mut c = Counter { value: 0 };
        let mut seen: HashMap<u64, f64> = HashMap::new();
        for i in 0..100 {
            seen.insert(c.add(i), 0.5);
        }
        println!("{:?} {:p}", begin.elapsed(), &c);
        RUNS.fetch_add(1, Ordering::SeqCst);
        assert!(std::env::var("SLOW").is_err());
    }
}
