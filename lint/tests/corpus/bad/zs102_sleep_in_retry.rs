use std::thread::sleep as wait;
use std::time::Duration;

pub struct Outbox {
    pending: Vec<u64>,
}

impl Outbox {
    pub fn flush(&mut self, mut accept: impl FnMut(u64) -> bool) -> usize {
        let mut sent = 0;
        while let Some(id) = self.pending.pop() {
            if accept(id) {
                sent += 1;
            } else {
                wait(Duration::from_millis(10)); //~ ZS102
            }
        }
        sent
    }
}
