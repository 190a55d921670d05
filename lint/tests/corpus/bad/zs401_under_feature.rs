#[cfg(feature = "fast-index")]
mod index {
    pub fn dedup(ids: Vec<u64>) -> Vec<u64> {
        let set: std::collections::HashSet<u64> = ids.into_iter().collect(); //~ ZS401
        set.into_iter().collect() //~? ZS401
    }
}

#[cfg(not(feature = "fast-index"))]
mod index {
    pub fn dedup(mut ids: Vec<u64>) -> Vec<u64> {
        ids.sort();
        ids.dedup();
        ids
    }
}

pub use index::dedup;
