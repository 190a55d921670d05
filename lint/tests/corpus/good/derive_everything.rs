#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum Suit {
    #[default]
    Clubs = 1,
    Diamonds,
    Hearts,
    Spades,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[must_use]
pub struct Trick {
    pub lead: Suit,
    pub cards: Vec<(Suit, u8)>,
    pub taken_by: Option<u8>,
}

impl Trick {
    #[inline]
    pub fn winner(&self, trump: Suit) -> Option<u8> {
        self.cards
            .iter()
            .zip(0u8..)
            .max_by_key(|((suit, rank), seat)| {
                let power = if *suit == trump { 2u8 } else { u8::from(*suit == self.lead) };
                (power, *rank, core::cmp::Reverse(*seat))
            })
            .map(|(_, seat)| seat)
    }

    #[allow(clippy::missing_const_for_fn)]
    #[deprecated(note = "use `winner`")]
    pub fn taken(&self) -> Option<u8> {
        self.taken_by
    }
}

pub const fn code(s: Suit) -> u8 {
    s as u8
}
