use std::hash::Hasher;

pub struct Filter {
    words: Vec<u64>,
}

impl Filter {
    pub fn insert(&mut self, key: u64, hasher: Option<std::hash::DefaultHasher>) { //~ ZS403
        let mut h = hasher.unwrap_or_else(std::hash::DefaultHasher::default); //~ ZS403
        h.write_u64(key); //~? ZS403
        self.words.push(h.finish()); //~? ZS403
    }
}
