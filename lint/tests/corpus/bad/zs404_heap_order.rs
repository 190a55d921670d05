//# pedantic
use std::collections::BinaryHeap;

pub struct Agenda {
    due: BinaryHeap<(u64, u32)>,
}

impl Agenda {
    pub fn schedule(&mut self, at: u64, job: u32) {
        self.due.push((at, job));
    }

    pub fn listing(&self) -> Vec<(u64, u32)> {
        self.due.iter().copied().collect() //~ ZS404
    }

    pub fn shutdown(self) -> Vec<(u64, u32)> {
        self.due.into_vec() //~ ZS404
    }
}
