use std::collections::BTreeMap;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Lamport {
    pub counter: u64,
    pub node: u16,
}

pub struct LogicalClock {
    at: Lamport,
    seen: BTreeMap<u16, u64>,
}

impl LogicalClock {
    pub fn new(node: u16) -> Self {
        Self { at: Lamport { counter: 0, node }, seen: BTreeMap::new() }
    }

    pub fn now(&self) -> Lamport {
        self.at
    }

    pub fn tick(&mut self) -> Lamport {
        self.at.counter += 1;
        self.now()
    }

    pub fn observe(&mut self, other: Lamport) -> Lamport {
        self.seen.insert(other.node, other.counter);
        self.at.counter = self.at.counter.max(other.counter) + 1;
        self.now()
    }
}

pub fn merge(clocks: &mut [LogicalClock]) -> Option<Lamport> {
    let latest = clocks.iter().map(LogicalClock::now).max()?;
    for c in clocks.iter_mut() {
        c.observe(latest);
    }
    Some(latest)
}
