extern crate fairness_scores as scores;

pub struct Match {
    pub home: u32,
    pub away: u32,
}

pub fn rank(games: &[Match]) -> Vec<u64> {
    games
        .iter()
        .map(|g| scores::elo(g.home, g.away)) //~ ZS001
        .collect()
}
