//# pedantic
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    Unknown,
    Overflow,
    Short,
}

#[derive(Clone, Debug, Default)]
pub struct Ledger {
    balances: BTreeMap<u32, u64>,
    height: u64,
}

impl Ledger {
    pub fn open(&mut self, id: u32) -> bool {
        self.height = self.height.saturating_add(1);
        self.balances.insert(id, 0).is_none()
    }

    pub fn transfer(&mut self, from: u32, to: u32, cents: u64) -> Result<u64, Refused> {
        let source = self.balances.get(&from).copied().ok_or(Refused::Unknown)?;
        let target = self.balances.get(&to).copied().ok_or(Refused::Unknown)?;
        let rest = source.checked_sub(cents).ok_or(Refused::Short)?;
        if from == to {
            return Ok(source);
        }
        let sum = target.checked_add(cents).ok_or(Refused::Overflow)?;
        self.balances.insert(from, rest);
        self.balances.insert(to, sum);
        Ok(rest)
    }
}
