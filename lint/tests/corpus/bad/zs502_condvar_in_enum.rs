pub enum Phase {
    Betting,
    Closed { winner: u32 },
    Waiting(std::sync::Condvar), //~ ZS502
}

impl Phase {
    pub fn winner(&self) -> Option<u32> {
        if let Phase::Closed { winner } = self { Some(*winner) } else { None }
    }

    pub fn wait() -> Phase {
        Phase::Waiting(Default::default())
    }
}
