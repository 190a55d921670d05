use std::hash::{BuildHasher, Hasher};

pub struct Sampler<S> {
    state: S,
    seen: u64,
}

impl Sampler<()> {
    pub fn secret() -> u64 {
        let s = <std::hash::RandomState as Default>::default(); //~ ZS202
        s.build_hasher().finish() //~? ZS202
    }
}

impl<S> Sampler<S> {
    pub fn seen(&mut self) -> u64 {
        let _ = &self.state;
        self.seen += 1;
        self.seen
    }
}
