use std::hash::{DefaultHasher, Hash, Hasher};

#[derive(Hash)]
pub struct Block {
    pub height: u64,
    pub parent: u64,
    pub payload: Vec<u8>,
}

pub fn digest(block: &Block) -> u64 {
    let mut h = DefaultHasher::new(); //~ ZS403
    block.hash(&mut h); //~? ZS403
    h.finish() //~? ZS403
}
