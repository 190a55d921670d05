macro_rules! level {
    ($name:ident, $file:literal) => {
        pub static $name: &[u8] = core::include_bytes!($file); //~ ZS831
    };
}

level!(FIRST, "levels/first.bin");

pub struct Maze {
    pub walls: Vec<bool>,
}

pub fn first() -> Maze {
    Maze { walls: FIRST.iter().map(|b| *b == b'#').collect() }
}
