use std::hash::BuildHasherDefault;

use indexmap::{IndexMap, IndexSet};
use rustc_hash::{FxBuildHasher, FxHasher};

pub type Points = IndexMap<u32, u64, FxBuildHasher>;

pub struct Board {
    points: Points,
    seen: IndexSet<u32, BuildHasherDefault<FxHasher>>,
}

impl Board {
    pub fn add(&mut self, user: u32, points: u64) {
        if self.seen.insert(user) {
            self.points.insert(user, points);
        }
    }

    pub fn total(&self) -> u64 {
        self.points.values().fold(0, |sum, points| sum.saturating_add(*points))
    }
}
