use std::rc::Rc;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    pub name: Arc<str>,
    pub rules: Rc<[u8]>,
    pub cost: u8,
}

#[derive(Clone, Debug, Default)]
pub struct Hand {
    cards: Vec<Rc<Card>>,
}

impl Hand {
    pub fn draw(&mut self, card: &Rc<Card>) -> usize {
        self.cards.push(Rc::clone(card));
        self.cards.len()
    }

    pub fn cost(&self) -> u32 {
        self.cards.iter().map(|c| u32::from(c.cost)).sum()
    }

    pub fn names(&self) -> Vec<Arc<str>> {
        self.cards.iter().map(|c| Arc::clone(&c.name)).collect()
    }
}

pub fn card(name: &str, rules: Vec<u8>, cost: u8) -> Rc<Card> {
    Rc::new(Card { name: Arc::from(name), rules: rules.into(), cost })
}

pub fn same(a: &Rc<Card>, b: &Rc<Card>) -> bool {
    a == b && a.as_ref().rules.len() == b.rules.len()
}
