//! `Hash` as a bound and a derive is no hashing by itself.

use std::collections::BTreeSet;
use std::hash::Hash;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    Wood,
    Stone,
    Gold(u16),
}

pub trait Entity: Hash + Ord + Clone {
    fn owner(&self) -> u32;
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mine {
    pub owner: u32,
    pub gives: Resource,
}

impl Entity for Mine {
    fn owner(&self) -> u32 {
        self.owner
    }
}

pub fn owners<E>(all: &[E]) -> BTreeSet<u32>
where
    E: Entity + Hash,
{
    all.iter().map(Entity::owner).collect()
}

pub fn distinct<E: Entity>(all: Vec<E>) -> Vec<E> {
    let set = all.into_iter().collect::<BTreeSet<E>>();
    Vec::from_iter(set)
}
