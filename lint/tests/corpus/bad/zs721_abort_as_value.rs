use std::process as os;

pub struct Chain {
    pub blocks: Vec<u64>,
}

impl Chain {
    pub fn tip(&self) -> u64 {
        self.blocks.last().copied().unwrap_or_else(|| os::abort()) //~ ZS721
    }

    pub fn tag(&self) -> u64 {
        self.tip() ^ u64::from(os::id()) //~ ZS721
    }
}
