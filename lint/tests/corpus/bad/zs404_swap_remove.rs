//# pedantic
pub struct Queue {
    waiting: Vec<u32>,
}

impl Queue {
    pub fn leave(&mut self, player: u32) -> bool {
        let Some(at) = self.waiting.iter().position(|p| *p == player) else {
            return false;
        };
        self.waiting.swap_remove(at) == player //~ ZS404
    }

    pub fn first(&self) -> Option<u32> {
        self.waiting.first().copied()
    }
}
