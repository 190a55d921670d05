pub struct Cache {
    pub hits: u64,
    pages: hashbrown::HashMap<u64, Vec<u8>>, //~ ZS401
    dirty: dashmap::DashSet<u64>, //~ ZS401
}

impl Cache {
    pub fn hit(&mut self) -> u64 {
        self.hits = self.hits.wrapping_add(1);
        self.hits
    }
}
