use std::marker::PhantomData;

pub struct Window<T = std::time::SystemTime> { //~ ZS103
    pub from: u64,
    pub to: u64,
    unit: PhantomData<T>,
}

impl<T> Window<T> {
    pub fn new(from: u64, to: u64) -> Self {
        Window { from, to, unit: PhantomData }
    }

    pub fn contains(&self, at: u64) -> bool {
        (self.from..self.to).contains(&at)
    }
}
