//! Words of a railway: a mutex is a signal, a cell a place on the map.

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mutex<T> {
    held_by: Option<u32>,
    value: T,
}

impl<T: Default> Mutex<T> {
    pub const fn new(value: T) -> Self {
        Mutex { held_by: None, value }
    }

    pub fn lock(&mut self, train: u32) -> Result<&mut T, u32> {
        match self.held_by {
            Some(other) if other != train => Err(other),
            _ => {
                self.held_by = Some(train);
                Ok(&mut self.value)
            }
        }
    }

    pub fn unlock(&mut self) -> T {
        self.held_by = None;
        std::mem::take(&mut self.value)
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell(pub u16, pub u16);

pub struct Track {
    pub section: Mutex<Vec<Cell>>,
    pub barrier: bool,
}

pub fn enter(track: &mut Track, train: u32, at: Cell) -> bool {
    track.barrier = true;
    track.section.lock(train).map(|cells| cells.push(at)).is_ok()
}
