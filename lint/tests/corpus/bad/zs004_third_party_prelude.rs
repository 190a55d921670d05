use quick_engine::prelude::*; //~ ZS004|ZS001

pub struct Board {
    cells: [u8; 64],
}

impl Board {
    pub fn empty() -> Board {
        Board { cells: [0; 64] }
    }

    pub fn occupied(&self) -> usize {
        self.cells.iter().filter(|c| **c != 0).count()
    }
}
