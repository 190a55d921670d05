pub struct Turn {
    pub player: u8,
    pub took_ms: u64,
}

pub fn play(player: u8, mut step: impl FnMut() -> bool) -> Turn {
    let begin = <std::time::Instant>::now(); //~ ZS102
    while step() {}
    let took = <std::time::Instant>::elapsed(&begin); //~ ZS102
    Turn { player, took_ms: took.as_millis() as u64 }
}
