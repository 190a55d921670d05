use rayon::prelude::ParallelIterator as _; //~? ZS601
use rayon::prelude::IntoParallelRefIterator as _; //~ ZS601

pub struct Portfolio {
    pub lots: Vec<(u64, u64)>,
}

impl Portfolio {
    pub fn value(&self) -> u64 {
        self.lots.par_iter().map(|(n, p)| n * p).sum() //~? ZS601
    }
}
