use std::collections::*; //~ ZS004

pub struct Tournament {
    seeds: BTreeMap<u32, u32>,
    eliminated: HashSet<u32>, //~ ZS401
}

impl Tournament {
    pub fn seed(&self, player: u32) -> Option<u32> {
        self.seeds.get(&player).copied()
    }
}
