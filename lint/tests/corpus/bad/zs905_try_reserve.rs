pub struct Blob {
    bytes: Vec<u8>,
}

pub enum Outcome {
    Stored,
    TooLarge,
}

impl Blob {
    pub fn append(&mut self, chunk: &[u8]) -> Outcome {
        if self.bytes.try_reserve(chunk.len()).is_err() { //~ ZS905
            return Outcome::TooLarge;
        }
        self.bytes.extend_from_slice(chunk);
        Outcome::Stored
    }
}
