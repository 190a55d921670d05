//# pedantic
pub struct Parser {
    pub tokens: Vec<Option<u32>>,
}

impl Parser {
    pub fn all(&self) -> Vec<u32> {
        self.tokens.iter().copied().map(Option::unwrap).collect() //~ ZS901
    }

    pub fn first(&mut self) -> Option<u32> {
        if self.tokens.is_empty() { None } else { self.tokens.remove(0) } //~ ZS901
    }
}
