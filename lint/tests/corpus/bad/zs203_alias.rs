mod random {
    pub type Source = rand::rngs::SmallRng; //~ ZS203
}

use rand_core::SeedableRng as _;

pub struct Loot {
    pub seed: u64,
    pub table: Vec<u16>,
}

pub fn open(loot: &Loot) -> Vec<u16> {
    let mut rng = random::Source::seed_from_u64(loot.seed); //~ ZS203
    let mut out = loot.table.clone();
    out.rotate_left((rand_core::RngCore::next_u32(&mut rng) % 7) as usize % loot.table.len().max(1));
    out
}
