#[derive(Clone, PartialEq, Eq)]
pub struct Life<const W: usize, const H: usize> {
    cells: [[bool; W]; H],
    pub generation: u32,
}

impl<const W: usize, const H: usize> Default for Life<W, H> {
    fn default() -> Self {
        Life { cells: [[false; W]; H], generation: 0 }
    }
}

impl<const W: usize, const H: usize> Life<W, H> {
    pub const AREA: usize = W * H;

    pub fn from_fn(f: impl Fn(usize, usize) -> bool) -> Self {
        let cells = core::array::from_fn(|y| core::array::from_fn(|x| f(x, y)));
        Life { cells, generation: 0 }
    }

    fn neighbours(&self, x: usize, y: usize) -> usize {
        let around = [W - 1, 0, 1].into_iter().flat_map(|dx| [H - 1, 0, 1].map(|dy| (dx, dy)));
        around
            .filter(|d| *d != (0, 0))
            .filter(|(dx, dy)| self.cells[(y + dy) % H][(x + dx) % W])
            .count()
    }

    pub fn step(&self) -> Self {
        let mut next = Self::from_fn(|x, y| match (self.cells[y][x], self.neighbours(x, y)) {
            (true, 2..=3) | (false, 3) => true,
            _ => false,
        });
        next.generation = self.generation + 1;
        next
    }

    pub fn alive(&self) -> usize {
        self.cells.as_flattened().iter().filter(|c| **c).count()
    }
}

pub type Small = Life<8, 8>;
