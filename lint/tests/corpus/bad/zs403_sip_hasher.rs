#![allow(deprecated)]

pub fn checksum(words: &[u64]) -> u64 {
    let mut state = core::hash::SipHasher::new_with_keys(1, 2); //~ ZS403
    for w in words {
        core::hash::Hasher::write_u64(&mut state, *w); //~? ZS403
    }
    core::hash::Hasher::finish(&state) //~? ZS403
}

pub fn xor(words: &[u64]) -> u64 {
    words.iter().fold(0, |a, w| a ^ w)
}
