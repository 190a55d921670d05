pub type Source = fn() -> Option<String>;

pub const FIRST_ARGUMENT: Source = || std::env::args().nth(1); //~ ZS711

pub struct Node {
    pub name: String,
}

pub fn node() -> Node {
    Node { name: FIRST_ARGUMENT().unwrap_or_default() }
}
