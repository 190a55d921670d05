use rand::Rng;
use rand_chacha::ChaCha8Rng;

pub fn pick(rng: &mut ChaCha8Rng, names: &[String], most: usize) -> (usize, usize) {
    let first = rng.random_range(0..names.len()); //~ ZS203
    let second = rng.gen_range(1..most); //~ ZS203
    (first, second)
}

pub fn any(rng: &mut ChaCha8Rng) -> u64 {
    let slot: usize = rng.random(); //~ ZS203
    let width: u64 = rng.random_range(0..64);
    width + u64::from(slot > 3)
}
