pub fn words(bytes: &[[u8; 8]]) -> Vec<u64> {
    bytes.iter().copied().map(u64::from_ne_bytes).collect() //~ ZS822
}

pub struct Digest {
    pub words: Vec<u64>,
}

impl Digest {
    pub fn fold(&self) -> u64 {
        self.words.iter().fold(0, |a, w| a.rotate_left(5) ^ w)
    }
}
