#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    pub id: u64,
    pub balance: f64, //~ ZS301
    pub frozen: bool,
}

impl Account {
    pub fn is_open(&self) -> bool {
        !self.frozen
    }
}
