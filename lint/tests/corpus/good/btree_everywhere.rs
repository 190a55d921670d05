use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

#[derive(Clone, Debug, Default)]
pub struct OrderBook {
    bids: BTreeMap<u64, BTreeSet<u64>>,
    owner: BTreeMap<u64, u32>,
}

impl OrderBook {
    pub fn add(&mut self, price: u64, id: u64, owner: u32) -> bool {
        match self.owner.entry(id) {
            Entry::Occupied(_) => false,
            Entry::Vacant(v) => {
                v.insert(owner);
                self.bids.entry(price).or_default().insert(id)
            }
        }
    }

    pub fn best(&self) -> Option<(u64, u64)> {
        let (price, ids) = self.bids.last_key_value()?;
        Some((*price, *ids.first()?))
    }

    pub fn depth(&self, from: u64) -> usize {
        self.bids.range((Bound::Excluded(from), Bound::Unbounded)).map(|(_, s)| s.len()).sum()
    }

    pub fn cancel(&mut self, id: u64) -> Option<u32> {
        let owner = self.owner.remove(&id)?;
        self.bids.retain(|_, ids| {
            ids.remove(&id);
            !ids.is_empty()
        });
        Some(owner)
    }

    pub fn split(&mut self, at: u64) -> BTreeMap<u64, BTreeSet<u64>> {
        self.bids.split_off(&at)
    }
}
