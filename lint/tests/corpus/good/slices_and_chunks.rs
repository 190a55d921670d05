pub struct Board {
    cells: Vec<u8>,
    width: usize,
}

impl Board {
    pub fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.cells.chunks(self.width.max(1))
    }

    pub fn full_rows(&self) -> usize {
        self.rows().filter(|r| r.iter().all(|c| *c != 0)).count()
    }

    pub fn clear(&mut self) -> usize {
        let width = self.width.max(1);
        let kept: Vec<u8> =
            self.cells.chunks_exact(width).filter(|r| r.contains(&0)).flatten().copied().collect();
        let removed = (self.cells.len() - kept.len()) / width;
        self.cells.fill(0);
        let start = self.cells.len() - kept.len();
        self.cells[start..].copy_from_slice(&kept);
        removed
    }

    pub fn line(&self, n: u8) -> bool {
        self.cells.windows(4).any(|w| w.iter().all(|c| *c == n))
    }

    pub fn mirror(&mut self) {
        for row in self.cells.chunks_mut(self.width.max(1)) {
            row.reverse();
        }
    }

    pub fn parts(&self) -> Option<(&u8, &[u8])> {
        let (first, rest) = self.cells.split_first()?;
        let cut = rest.partition_point(|c| *c < 3);
        rest.get(..cut).map(|r| (first, r))
    }
}
