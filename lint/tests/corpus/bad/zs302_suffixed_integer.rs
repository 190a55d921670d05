use std::collections::BTreeMap;

pub struct Scores {
    by_player: BTreeMap<u32, u64>,
}

impl Scores {
    pub fn weight(&self, player: u32) -> u64 {
        let base = self.by_player.get(&player).copied().unwrap_or(0);
        let boost = 3f64.max(2f64); //~ ZS302
        base * boost as u64
    }
}
