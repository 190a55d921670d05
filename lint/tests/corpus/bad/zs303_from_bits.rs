/// Prices arrive as IEEE bits from the matching engine.
pub struct Tick {
    pub bits: u64,
    pub size: u32,
}

pub fn dearer(a: &Tick, b: &Tick) -> bool {
    let first = f64::from_bits(a.bits); //~ ZS303|ZS301
    first > f64::from_bits(b.bits) //~ ZS303|ZS301
}

pub fn size(tick: &Tick) -> u32 {
    tick.size
}
