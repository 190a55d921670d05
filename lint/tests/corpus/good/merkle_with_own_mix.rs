//! A hash tree over an own mixing function: no hasher of the library is involved.

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hash(pub u64);

pub struct DefaultHasher(u64);

impl DefaultHasher {
    pub const fn new() -> Self {
        DefaultHasher(0xcbf2_9ce4_8422_2325)
    }

    pub fn write(&mut self, bytes: &[u8]) -> &mut Self {
        for b in bytes {
            self.0 = (self.0 ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3);
        }
        self
    }

    pub const fn finish(&self) -> Hash {
        Hash(self.0)
    }
}

pub fn leaf(bytes: &[u8]) -> Hash {
    DefaultHasher::new().write(&[0]).write(bytes).finish()
}

pub fn node(a: Hash, b: Hash) -> Hash {
    DefaultHasher::new().write(&[1]).write(&a.0.to_be_bytes()).write(&b.0.to_be_bytes()).finish()
}

pub fn root<T: AsRef<[u8]>>(items: &[T]) -> Hash {
    let mut level: Vec<Hash> = items.iter().map(|i| leaf(i.as_ref())).collect();
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| match *pair {
                [a, b] => node(a, b),
                [a] => node(a, a),
                _ => Hash(0),
            })
            .collect();
    }
    level.pop().unwrap_or(Hash(0))
}
