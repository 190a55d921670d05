use foldhash::fast as fh;

pub struct Bloom {
    bits: u64,
}

impl Bloom {
    pub fn mark(&mut self, word: u64) {
        let h = core::hash::BuildHasher::hash_one(&fh::RandomState::default(), word); //~ ZS202
        self.bits |= 1 << (h % 64);
    }
}
