use std::sync::RwLock;

pub struct Shards {
    pub parts: Vec<Vec<u64>>,
}

impl Shards {
    pub fn total(self) -> usize {
        let locked: Vec<_> = self.parts.into_iter().map(RwLock::new).collect(); //~ ZS502
        locked.len()
    }
}
