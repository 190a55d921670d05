pub struct Deck {
    cards: Vec<u8>,
}

impl Deck {
    pub fn draw(&mut self) -> Option<u8> {
        if self.cards.is_empty() {
            return None;
        }
        let at = rand::random::<u64>() % self.cards.len() as u64; //~ ZS201
        Some(self.cards.remove(at as usize))
    }
}
