#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DutchAuction {
    pub start_price: u64,
    pub floor: u64,
    pub drop_per_tick: u64,
    pub opened: Tick,
    pub sold: Option<Sale>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tick(pub u64);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sale {
    pub buyer: String,
    pub price: u64,
    pub at: Tick,
}

impl Tick {
    pub const fn since(self, earlier: Tick) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl DutchAuction {
    pub fn price(&self, now: Tick) -> u64 {
        let drop = self.drop_per_tick.saturating_mul(now.since(self.opened));
        self.start_price.saturating_sub(drop).max(self.floor)
    }

    pub fn buy(&mut self, now: Tick, buyer: impl Into<String>, limit: u64) -> Option<&Sale> {
        let price = self.price(now);
        if self.sold.is_some() || price > limit {
            return None;
        }
        Some(self.sold.insert(Sale { buyer: buyer.into(), price, at: now }))
    }
}
