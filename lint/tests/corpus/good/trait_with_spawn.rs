//! `spawn`, `sleep` and `exit` are words of the domain.

pub trait World {
    type Entity: Copy;

    fn spawn(&mut self, kind: u8) -> Self::Entity;
    fn exit(&mut self, e: Self::Entity) -> bool;

    fn spawn_many(&mut self, kind: u8, n: u32) -> Vec<Self::Entity> {
        (0..n).map(|_| self.spawn(kind)).collect()
    }
}

#[derive(Default)]
pub struct Grid {
    alive: Vec<Option<u8>>,
}

impl World for Grid {
    type Entity = u32;

    fn spawn(&mut self, kind: u8) -> u32 {
        self.alive.push(Some(kind));
        self.alive.len() as u32 - 1
    }

    fn exit(&mut self, e: u32) -> bool {
        self.alive.get_mut(e as usize).and_then(Option::take).is_some()
    }
}

pub fn populate<W: World>(w: &mut W) -> usize {
    let all = W::spawn_many(w, 1, 8);
    all.into_iter().filter(|e| <W as World>::exit(w, *e)).count()
}
