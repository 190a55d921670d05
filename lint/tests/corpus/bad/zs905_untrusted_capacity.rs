pub struct Import {
    pub rows: Vec<u64>,
}

impl Import {
    pub fn begin(announced: u32) -> Import {
        Import { rows: Vec::with_capacity(announced as usize) } //~ ZS905
    }

    pub fn push(&mut self, row: u64) -> usize {
        self.rows.push(row);
        self.rows.len()
    }
}
