use std::cmp::Reverse;
use std::collections::{BinaryHeap, LinkedList, VecDeque};

#[derive(Clone, Debug, Default)]
pub struct Scheduler {
    due: BinaryHeap<Reverse<(u64, u64)>>,
    ready: VecDeque<u64>,
    history: LinkedList<u64>,
    next: u64,
}

impl Scheduler {
    pub fn at(&mut self, tick: u64) -> u64 {
        let id = self.next;
        self.next += 1;
        self.due.push(Reverse((tick, id)));
        id
    }

    pub fn advance(&mut self, tick: u64) -> usize {
        while let Some(Reverse((at, id))) = self.due.peek().copied() {
            if at > tick {
                break;
            }
            self.due.pop();
            self.ready.push_back(id);
        }
        self.ready.len()
    }

    pub fn run(&mut self) -> Option<u64> {
        let id = self.ready.pop_front()?;
        self.history.push_back(id);
        Some(id)
    }

    pub fn plan(&self) -> Vec<Reverse<(u64, u64)>> {
        self.due.clone().into_sorted_vec()
    }

    pub fn rotate(&mut self) {
        if !self.ready.is_empty() {
            self.ready.rotate_left(1);
        }
    }
}
