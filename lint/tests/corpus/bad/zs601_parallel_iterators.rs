use rayon::prelude::*; //~ ZS004 //~? ZS601

pub fn total(parts: &mut Vec<u64>) -> u64 {
    parts.par_sort_unstable(); //~ ZS601
    parts.par_iter().map(|part| part % 7).sum() //~ ZS601
}
