pub struct Vault {
    pub issued: u64,
    pub held: u64,
}

impl Vault {
    pub fn redeem(&mut self, n: u64) -> u64 {
        let Some(rest) = self.issued.checked_sub(n) else {
            std::process::exit(3) //~ ZS721
        };
        self.issued = rest;
        self.held += n;
        self.held
    }
}
