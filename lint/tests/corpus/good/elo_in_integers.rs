//! Ratings without a fraction: expected scores come from a table in permille.

const EXPECTED: &[(i32, i32)] = &[(0, 500), (50, 571), (100, 640), (200, 760), (300, 849), (400, 909)];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GameResult {
    Win,
    Draw,
    Loss,
}

impl GameResult {
    const fn permille(self) -> i32 {
        match self {
            GameResult::Win => 1_000,
            GameResult::Draw => 500,
            GameResult::Loss => 0,
        }
    }
}

fn expected(diff: i32) -> i32 {
    let row = EXPECTED.iter().rev().find(|(d, _)| diff.abs() >= *d).map_or(500, |(_, e)| *e);
    if diff < 0 { 1_000 - row } else { row }
}

pub fn update(rating: i32, opponent: i32, result: GameResult, k: i32) -> i32 {
    let change = k * (result.permille() - expected(rating - opponent));
    rating + (change + change.signum() * 500) / 1_000
}

pub fn table<'n>(players: &mut [(&'n str, i32)]) -> Option<&'n str> {
    players.sort_by(|(na, ra), (nb, rb)| rb.cmp(ra).then_with(|| na.cmp(nb)));
    players.first().map(|(n, _)| *n)
}
