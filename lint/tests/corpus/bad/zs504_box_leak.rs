use std::cell::Cell;

pub struct Snapshot {
    current: Cell<&'static [u64]>,
    pub version: u32,
}

impl Snapshot {
    pub fn publish(&mut self, values: Vec<u64>) {
        self.version += 1;
        self.current.set(Box::leak(values.into_boxed_slice())); //~ ZS504
    }

    pub fn len(&self) -> usize {
        self.current.get().len()
    }
}
