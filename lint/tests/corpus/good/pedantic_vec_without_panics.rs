//# pedantic
#[derive(Clone, Debug, Default)]
pub struct Queue {
    waiting: Vec<u32>,
    served: u64,
}

impl Queue {
    pub fn join(&mut self, id: u32) -> bool {
        let fresh = !self.waiting.contains(&id);
        if fresh {
            self.waiting.push(id);
        }
        fresh
    }

    pub fn serve(&mut self) -> Option<u32> {
        let (first, rest) = self.waiting.split_first()?;
        let first = *first;
        self.waiting = rest.to_vec();
        self.served = self.served.checked_add(1)?;
        Some(first)
    }

    pub fn leave(&mut self, id: u32) {
        self.waiting.retain(|w| *w != id);
    }
}
