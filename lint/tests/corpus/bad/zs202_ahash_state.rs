pub struct Lottery {
    pub tickets: Vec<u32>,
}

impl Lottery {
    pub fn draw(&self) -> Option<u32> {
        let state = ahash::RandomState::new(); //~ ZS202|ZS401
        let pick = state.hash_one(self.tickets.len()); //~? ZS202
        let at = pick.checked_rem(self.tickets.len() as u64)?;
        self.tickets.get(at as usize).copied()
    }
}
