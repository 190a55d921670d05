#[derive(Clone, Debug)]
pub struct Ring<T, const N: usize> {
    slots: [Option<T>; N],
    head: usize,
    len: usize,
}

impl<T, const N: usize> Ring<T, N> {
    pub const CAPACITY: usize = N;

    pub fn new() -> Self {
        Ring { slots: [const { None }; N], head: 0, len: 0 }
    }

    pub fn push(&mut self, value: T) -> Result<(), T> {
        if self.len == N {
            return Err(value);
        }
        let at = (self.head + self.len) % N;
        self.slots[at] = Some(value);
        self.len += 1;
        Ok(())
    }

    pub fn pop(&mut self) -> Option<T> {
        let out = self.slots.get_mut(self.head)?.take()?;
        self.head = (self.head + 1) % N;
        self.len -= 1;
        Some(out)
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        (0..self.len).filter_map(|i| self.slots[(self.head + i) % N].as_ref())
    }
}

impl<T: PartialEq, const N: usize> PartialEq for Ring<T, N> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}

impl<T, const N: usize> From<[T; N]> for Ring<T, N> {
    fn from(all: [T; N]) -> Self {
        Ring { slots: all.map(Some), head: 0, len: N }
    }
}
