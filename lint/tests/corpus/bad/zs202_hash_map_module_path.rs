use std::collections::hash_map as maps;
use std::hash::BuildHasher as _;

/// Picks a shard for a key.
pub fn shard(key: &[u8], shards: u64) -> u64 {
    maps::RandomState::default().hash_one(key) % shards.max(1) //~ ZS202
}

pub fn neighbours(shard: u64, shards: u64) -> (u64, u64) {
    let shards = shards.max(1);
    ((shard + shards - 1) % shards, (shard + 1) % shards)
}
