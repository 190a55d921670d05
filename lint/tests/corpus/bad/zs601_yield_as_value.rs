pub struct Spinner {
    pub rounds: u32,
    pub idle: fn(),
}

impl Spinner {
    pub const fn new() -> Spinner {
        Spinner { rounds: 0, idle: std::thread::yield_now } //~ ZS601
    }

    pub fn turn(&mut self) -> u32 {
        (self.idle)();
        self.rounds = self.rounds.wrapping_add(1);
        self.rounds
    }
}
