//# pedantic
pub struct Position {
    pub shares: u64,
    pub price: u64,
}

impl Position {
    pub fn value(&self) -> u64 {
        self.shares * self.price //~ ZS902
    }

    pub fn with_fee(&self, fee: u64) -> u64 {
        self.value() + fee //~ ZS902
    }

    pub fn shrink(&mut self, by: u64) {
        self.shares -= by; //~ ZS902
    }
}
