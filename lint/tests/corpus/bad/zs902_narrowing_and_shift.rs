//# pedantic
pub struct Mask(pub u64);

impl Mask {
    pub fn set(&mut self, bit: u32) {
        self.0 |= 1 << bit; //~ ZS902
    }

    pub fn low(&self) -> u8 {
        self.0 as u8 //~ ZS902
    }

    pub fn has(&self, bit: u32) -> bool {
        self.0.checked_shr(bit).is_some_and(|v| v & 1 == 1)
    }
}
