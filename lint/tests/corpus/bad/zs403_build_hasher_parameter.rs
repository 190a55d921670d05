use std::collections::hash_map;
use std::hash::BuildHasherDefault as Fixed;

/// Spreads keys over partitions.
pub struct Partitioner {
    hasher: Fixed<hash_map::DefaultHasher>, //~ ZS403|ZS402
    partitions: u64,
}

impl Partitioner {
    pub fn count(&self) -> u64 {
        let _ = &self.hasher;
        self.partitions
    }
}
