pub struct Board {
    cells: Vec<u8>,
    width: usize,
}

impl Board {
    pub fn cell(&self, x: usize, y: usize) -> u8 {
        if x >= self.width || y * self.width + x >= self.cells.len() {
            return 0;
        }
        unsafe { *self.cells.get_unchecked(y * self.width + x) } //~ ZS801
    }
}
