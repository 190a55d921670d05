//# pedantic
pub struct Pot {
    pub chips: u64,
    pub players: u64,
}

impl Pot {
    pub fn share(&self) -> u64 {
        self.chips / self.players //~ ZS901
    }

    pub fn rest(&self) -> u64 {
        self.chips % self.players //~ ZS901
    }
}
