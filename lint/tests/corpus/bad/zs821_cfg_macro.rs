pub struct Fee {
    pub cents: u64,
}

pub fn fee(amount: u64) -> Fee {
    let base = if cfg!(windows) { 3 } else { 2 }; //~ ZS821
    Fee { cents: amount / 100 * base }
}

pub fn total(amounts: &[u64]) -> u64 {
    amounts.iter().map(|a| fee(*a).cents).fold(0, u64::wrapping_add)
}
