pub struct Store {
    pub total: u64,
}

impl Store {
    pub async fn apply(&mut self, amount: u64) -> u64 { //~ ZS602
        let checked = self.check(amount).await; //~ ZS602
        self.total += checked;
        self.total
    }

    fn check(&self, amount: u64) -> impl Future<Output = u64> + use<> { //~ ZS602
        std::future::ready(amount) //~? ZS602|ZS001
    }
}
