pub struct Buffer {
    bytes: Vec<u8>,
}

impl Buffer {
    pub fn salt(&self) -> u64 {
        self.bytes.as_ptr().addr() as u64 //~ ZS811
    }

    pub fn push(&mut self, b: u8) -> usize {
        self.bytes.push(b);
        self.bytes.len()
    }
}
