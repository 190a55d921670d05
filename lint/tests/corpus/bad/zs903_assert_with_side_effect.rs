pub struct Seats {
    free: Vec<u16>,
}

impl Seats {
    pub fn take(&mut self, seat: u16) -> bool {
        let had = self.free.contains(&seat);
        debug_assert!(self.remove(seat) == had); //~ ZS903
        had
    }

    fn remove(&mut self, seat: u16) -> bool {
        let before = self.free.len();
        self.free.retain(|s| *s != seat);
        self.free.len() < before
    }
}
