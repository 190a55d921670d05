use std::collections::{BTreeMap, VecDeque};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Buy,
    Sell,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill {
    pub maker: u64,
    pub taker: u64,
    pub price: u64,
    pub size: u32,
}

type Level = VecDeque<(u64, u32)>;

#[derive(Debug, Default)]
pub struct Book {
    buys: BTreeMap<u64, Level>,
    sells: BTreeMap<u64, Level>,
}

impl Book {
    pub fn submit(&mut self, id: u64, side: Side, price: u64, mut size: u32) -> Vec<Fill> {
        let mut fills = Vec::new();
        let (own, other) = match side {
            Side::Buy => (&mut self.buys, &mut self.sells),
            Side::Sell => (&mut self.sells, &mut self.buys),
        };
        while size > 0 {
            let best = match side {
                Side::Buy => other.first_entry().filter(|e| *e.key() <= price),
                Side::Sell => other.last_entry().filter(|e| *e.key() >= price),
            };
            let Some(mut level) = best else { break };
            let at = *level.key();
            while let Some((maker, left)) = level.get_mut().front_mut() {
                let n = size.min(*left);
                fills.push(Fill { maker: *maker, taker: id, price: at, size: n });
                *left -= n;
                size -= n;
                if *left > 0 {
                    break;
                }
                level.get_mut().pop_front();
            }
            if level.get().is_empty() {
                level.remove();
            }
        }
        if size > 0 {
            own.entry(price).or_default().push_back((id, size));
        }
        fills
    }
}
