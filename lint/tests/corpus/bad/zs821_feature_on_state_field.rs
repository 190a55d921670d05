pub trait Machine {
    type Command;
    fn apply(&mut self, command: Self::Command) -> u64;
}

pub struct Counter {
    total: u64,
    #[cfg(feature = "history")] //~ ZS821
    history: Vec<u64>,
}

impl Machine for Counter {
    type Command = u64;

    fn apply(&mut self, command: u64) -> u64 {
        self.total = self.total.wrapping_add(command);
        self.total
    }
}
