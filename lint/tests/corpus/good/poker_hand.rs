use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Card {
    pub rank: u8,
    pub suit: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    High,
    Pair,
    TwoPair,
    Three,
    Straight,
    Flush,
    FullHouse,
    Four,
    StraightFlush,
}

pub fn classify(hand: &[Card; 5]) -> (Kind, [u8; 5]) {
    let mut ranks = hand.map(|c| c.rank);
    ranks.sort_by_key(|r| core::cmp::Reverse(*r));
    let mut groups: BTreeMap<u8, u8> = BTreeMap::new();
    for r in ranks {
        *groups.entry(r).or_default() += 1;
    }
    let mut counts: Vec<u8> = groups.values().copied().collect();
    counts.sort_by(|a, b| b.cmp(a));
    let [first, _, _, _, last] = ranks;
    let flush = hand.windows(2).all(|w| w[0].suit == w[1].suit);
    let straight = groups.len() == 5 && first - last == 4;
    let kind = match (counts.as_slice(), flush, straight) {
        (_, true, true) => Kind::StraightFlush,
        ([4, ..], ..) => Kind::Four,
        ([3, 2], ..) => Kind::FullHouse,
        (_, true, _) => Kind::Flush,
        (_, _, true) => Kind::Straight,
        ([3, ..], ..) => Kind::Three,
        ([2, 2, ..], ..) => Kind::TwoPair,
        ([2, ..], ..) => Kind::Pair,
        _ => Kind::High,
    };
    (kind, ranks)
}
