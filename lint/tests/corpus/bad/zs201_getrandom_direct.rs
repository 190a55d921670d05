#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Nonce([u8; 16]);

impl Nonce {
    pub fn fresh() -> Option<Nonce> {
        let mut bytes = [0u8; 16];
        getrandom::fill(&mut bytes).ok()?; //~ ZS201
        Some(Nonce(bytes))
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}
