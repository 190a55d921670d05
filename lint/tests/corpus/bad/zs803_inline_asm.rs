pub struct Round {
    pub seed: u64,
}

pub fn fence(round: &Round) -> u64 {
    unsafe { core::arch::asm!("nop") } //~ ZS803 ZS801
    round.seed
}

pub fn next(round: &Round) -> Round {
    Round { seed: round.seed.rotate_left(7) }
}
