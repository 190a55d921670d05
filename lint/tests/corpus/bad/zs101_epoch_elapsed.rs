pub struct Auction {
    pub closes_at: u64,
    pub best: Option<u64>,
}

impl Auction {
    pub fn bid(&mut self, amount: u64) -> bool {
        let now = std::time::UNIX_EPOCH.elapsed().map_or(0, |d| d.as_secs()); //~ ZS101
        if now >= self.closes_at || self.best.is_some_and(|b| b >= amount) {
            return false;
        }
        self.best = Some(amount);
        true
    }
}
