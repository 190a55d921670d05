pub struct Cart {
    pub cents: u64,
    pub items: u32,
}

impl Cart {
    /// Ten per cent off for large carts.
    pub fn total(&self) -> u64 {
        if self.items < 10 {
            return self.cents;
        }
        let mut rest = 0.9; //~ ZS302
        let mut total = self.cents;
        while rest < 1e0 { //~ ZS302
            total -= self.cents / 100;
            rest += 0.01; //~ ZS302
        }
        total
    }
}
