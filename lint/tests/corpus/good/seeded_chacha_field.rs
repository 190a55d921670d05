use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};

pub struct Dungeon {
    rng: ChaCha8Rng,
    rooms: Vec<Room>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    Empty,
    Monster { health: u32 },
    Treasure(u16),
}

impl Dungeon {
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Dungeon { rng: ChaCha8Rng::from_seed(seed), rooms: Vec::new() }
    }

    pub fn from_number(seed: u64) -> Self {
        Dungeon { rng: ChaCha8Rng::seed_from_u64(seed), rooms: Vec::new() }
    }

    pub fn explore(&mut self) -> Room {
        let room = match self.rng.next_u32() % 4 {
            0 | 1 => Room::Empty,
            2 => Room::Monster { health: self.rng.next_u32() % 50 + 1 },
            _ => Room::Treasure((self.rng.next_u64() % 1000) as u16),
        };
        self.rooms.push(room);
        room
    }
}
