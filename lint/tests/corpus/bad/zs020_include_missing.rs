pub struct Rates {
    pub by_band: [u32; 4],
}

include!("generated/rate_bands.rs"); //~ ZS020|ZS995

impl Rates {
    pub fn band(&self, index: usize) -> Option<u32> {
        self.by_band.get(index).copied()
    }
}
