use std::collections::{BTreeMap, BTreeSet, VecDeque};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pos {
    pub x: i16,
    pub y: i16,
}

impl Pos {
    const STEPS: [(i16, i16); 4] = [(0, -1), (1, 0), (0, 1), (-1, 0)];

    pub fn neighbours(self) -> impl Iterator<Item = Pos> {
        Self::STEPS
            .into_iter()
            .filter_map(move |(dx, dy)| Some(Pos { x: self.x.checked_add(dx)?, y: self.y.checked_add(dy)? }))
    }

    pub fn distance(self, other: Pos) -> u32 {
        u32::from(self.x.abs_diff(other.x)) + u32::from(self.y.abs_diff(other.y))
    }
}

pub fn path(from: Pos, to: Pos, free: &BTreeSet<Pos>) -> Option<Vec<Pos>> {
    let mut came: BTreeMap<Pos, Pos> = BTreeMap::from([(from, from)]);
    let mut todo: VecDeque<Pos> = [from].into();
    while let Some(at) = todo.pop_front() {
        if at == to {
            let mut steps: Vec<Pos> =
                std::iter::successors(Some(to), |p| came.get(p).copied().filter(|q| q != p)).collect();
            steps.reverse();
            return Some(steps);
        }
        for next in at.neighbours().filter(|n| free.contains(n)) {
            came.entry(next).or_insert_with(|| {
                todo.push_back(next);
                at
            });
        }
    }
    None
}

pub fn nearest<'p>(from: Pos, all: &'p [Pos]) -> Option<&'p Pos> {
    all.iter().min_by_key(|p| (from.distance(**p), **p))
}
