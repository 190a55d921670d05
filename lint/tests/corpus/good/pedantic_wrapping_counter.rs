//# pedantic
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sequence(u32);

impl Sequence {
    pub const START: Sequence = Sequence(u32::MAX);

    pub fn next(self) -> Sequence {
        Sequence(self.0.wrapping_add(1))
    }

    pub fn distance(self, other: Sequence) -> u32 {
        self.0.wrapping_sub(other.0).min(other.0.wrapping_sub(self.0))
    }

    pub fn parts(self) -> (u64, u64) {
        let wide = u64::from(self.0);
        (wide.checked_div(1_000).unwrap_or(0), wide.checked_rem(1_000).unwrap_or(0))
    }

    pub fn low(self) -> u8 {
        let [low, ..] = self.0.to_le_bytes();
        low
    }
}
