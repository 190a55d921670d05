pub fn votes(ballots: &[(u32, u8)]) -> Vec<(u32, u8)> {
    ballots
        .iter()
        .copied()
        .collect::<std::collections::HashMap<_, _>>() //~ ZS401
        .into_iter() //~? ZS401
        .collect()
}

pub fn winner(ballots: &[(u32, u8)], options: u8) -> Option<u8> {
    (0..options).max_by_key(|o| ballots.iter().filter(|(_, b)| b == o).count())
}
