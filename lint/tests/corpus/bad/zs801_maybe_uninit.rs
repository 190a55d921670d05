use std::mem::MaybeUninit;

pub struct Hand {
    pub cards: [u8; 5],
}

pub unsafe fn blank() -> Hand { //~ ZS801
    let cards: MaybeUninit<[u8; 5]> = MaybeUninit::uninit();
    Hand { cards: unsafe { cards.assume_init() } } //~ ZS801
}

pub fn sum(hand: &Hand) -> u32 {
    hand.cards.iter().copied().map(u32::from).sum()
}
