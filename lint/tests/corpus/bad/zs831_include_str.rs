pub struct Words {
    list: &'static str,
}

pub const WORDS: Words = Words { list: include_str!("../../words.txt") }; //~ ZS831

impl Words {
    pub fn nth(&self, n: usize) -> Option<&'static str> {
        self.list.lines().nth(n)
    }
}
