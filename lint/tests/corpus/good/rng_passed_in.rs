use rand_core::RngCore;

/// Fisher and Yates over a generator that the caller seeded.
pub fn shuffle<T, R: RngCore>(items: &mut [T], rng: &mut R) {
    for i in (1..items.len()).rev() {
        let bound = i as u64 + 1;
        let j = below(rng, bound) as usize;
        items.swap(i, j);
    }
}

fn below<R: RngCore + ?Sized>(rng: &mut R, bound: u64) -> u64 {
    let zone = u64::MAX - u64::MAX % bound;
    loop {
        let x = rng.next_u64();
        if x < zone {
            return x % bound;
        }
    }
}

pub fn deal(deck: &mut Vec<u8>, hands: usize, rng: &mut rand_pcg::Pcg64) -> Vec<Vec<u8>> {
    shuffle(deck, rng);
    let mut out = vec![Vec::new(); hands];
    for (i, card) in deck.drain(..).enumerate() {
        if let Some(hand) = out.get_mut(i % hands.max(1)) {
            hand.push(card);
        }
    }
    out
}
