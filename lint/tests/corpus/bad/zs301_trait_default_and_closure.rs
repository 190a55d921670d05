pub trait Scale {
    fn units(&self) -> u32;

    fn scaled(&self, percent: u32) -> u32 {
        let ratio = |n: u32| f64::from(n); //~ ZS301
        (ratio(self.units()) * ratio(percent)) as u32
    }
}

pub struct Crate(pub u32);

impl Scale for Crate {
    fn units(&self) -> u32 {
        self.0
    }
}
