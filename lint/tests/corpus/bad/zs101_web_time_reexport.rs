mod platform {
    pub mod clock {
        pub use web_time::SystemTime as Wall;
    }
}

use platform::clock;

pub struct Turn {
    pub player: u8,
    pub started: u64,
}

pub fn next(turn: &Turn) -> Turn {
    let started = clock::Wall::now() //~ ZS101
        .duration_since(clock::Wall::UNIX_EPOCH) //~? ZS101|ZS103
        .map_or(0, |d| d.as_secs());
    Turn { player: turn.player ^ 1, started }
}
