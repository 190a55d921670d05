//# pedantic
use std::rc::Rc;

#[derive(Clone, Debug)]
pub struct Card {
    pub name: Rc<str>,
    pub cost: u8,
}

#[derive(Clone, Debug, Default)]
pub struct Player {
    deck: Vec<Rc<Card>>,
    mana: u8,
}

impl Player {
    pub fn play(&mut self, name: &str) -> Option<Rc<Card>> {
        let card = self.deck.iter().find(|c| &*c.name == name).map(Rc::clone)?;
        self.mana = self.mana.checked_sub(card.cost)?;
        Some(card)
    }

    pub fn cheapest(&self) -> Option<&Card> {
        self.deck.iter().min_by_key(|c| (c.cost, Rc::clone(&c.name))).map(|c| c.as_ref())
    }
}
