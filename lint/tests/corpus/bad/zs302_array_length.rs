pub struct Grid {
    pub cells: [u8; 1.6e1 as usize], //~ ZS302
}

impl Grid {
    pub fn new() -> Grid {
        Grid { cells: [0; 16] }
    }

    pub fn column(&self, c: usize) -> impl Iterator<Item = u8> + '_ {
        self.cells.iter().copied().skip(c).step_by(4)
    }
}
