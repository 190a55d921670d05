type Word = usize;

pub const NOWHERE: u64 = Word::MAX as u64; //~ ZS822

pub struct Link {
    pub next: u64,
}

impl Link {
    pub fn end() -> Link {
        Link { next: NOWHERE }
    }

    pub fn is_end(&self) -> bool {
        self.next == NOWHERE
    }
}
