use std::collections::VecDeque;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lot {
    pub units: u32,
    pub unit_cost: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    lots: VecDeque<Lot>,
}

impl Inventory {
    pub fn buy(&mut self, units: u32, unit_cost: u64) {
        match self.lots.back_mut() {
            Some(last) if last.unit_cost == unit_cost => last.units += units,
            _ => self.lots.push_back(Lot { units, unit_cost }),
        }
    }

    pub fn units(&self) -> u32 {
        self.lots.iter().map(|l| l.units).sum()
    }

    /// Cost of goods sold, or nothing when there is not enough.
    pub fn sell(&mut self, mut units: u32) -> Option<u64> {
        if self.units() < units {
            return None;
        }
        let mut cost = 0;
        while units > 0 {
            let mut lot = self.lots.pop_front()?;
            let taken = lot.units.min(units);
            cost += u64::from(taken) * lot.unit_cost;
            units -= taken;
            lot.units -= taken;
            if lot.units > 0 {
                self.lots.push_front(lot);
            }
        }
        Some(cost)
    }

    pub fn average(&self) -> Option<u64> {
        let value: u64 = self.lots.iter().map(|l| l.unit_cost * u64::from(l.units)).sum();
        value.checked_div(u64::from(self.units()))
    }
}
