//# pedantic
pub struct Frame {
    bytes: Vec<u8>,
}

impl Frame {
    pub fn kind(&self) -> u8 {
        self.bytes[0] //~ ZS901
    }

    pub fn body(&self) -> &[u8] {
        &self.bytes[1..] //~ ZS901
    }

    pub fn halves(&self, at: u16) -> (&[u8], &[u8]) {
        self.bytes.split_at(usize::from(at)) //~ ZS901
    }
}
