pub struct Keys;

impl Keys {
    fn raw() -> u32 {
        fastrand::u32(..) //~ ZS201
    }

    pub fn pick(options: &[u32]) -> Option<u32> {
        let at = Self::raw().checked_rem(u32::try_from(options.len()).ok()?)?;
        options.get(at as usize).copied()
    }
}
