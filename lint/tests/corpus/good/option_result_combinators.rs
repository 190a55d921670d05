#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Unknown(u32),
    Frozen,
    Short { missing: u64 },
}

#[derive(Clone, Debug)]
pub struct Account {
    pub id: u32,
    pub cents: u64,
    pub frozen: bool,
    pub parent: Option<u32>,
}

pub struct Bank(pub Vec<Account>);

impl Bank {
    fn find(&self, id: u32) -> Result<&Account, Refusal> {
        self.0.iter().find(|a| a.id == id).ok_or(Refusal::Unknown(id))
    }

    pub fn available(&self, id: u32, need: u64) -> Result<u64, Refusal> {
        self.find(id)
            .and_then(|a| if a.frozen { Err(Refusal::Frozen) } else { Ok(a) })
            .map(|a| a.cents)
            .and_then(|c| c.checked_sub(need).ok_or_else(|| Refusal::Short { missing: need - c }))
    }

    pub fn parent(&self, id: u32) -> Option<&Account> {
        self.find(id).ok()?.parent.and_then(|p| self.find(p).ok())
    }

    pub fn totals(&self, ids: &[u32]) -> Result<Vec<u64>, Refusal> {
        ids.iter().map(|i| self.find(*i).map(|a| a.cents)).collect()
    }

    pub fn either(&self, a: u32, b: u32) -> Option<u64> {
        let first = self.find(a).ok().map(|x| x.cents);
        first.or_else(|| self.find(b).ok().map(|x| x.cents)).filter(|c| *c > 0)
    }
}
