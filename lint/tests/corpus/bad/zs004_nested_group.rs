use std::{
    collections::{BTreeMap, BTreeSet},
    ops::{self, *}, //~ ZS004
};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Points(pub u32);

impl Add for Points {
    type Output = Points;
    fn add(self, other: Points) -> Points {
        Points(self.0.saturating_add(other.0))
    }
}

impl ops::AddAssign for Points {
    fn add_assign(&mut self, other: Points) {
        *self = *self + other;
    }
}

pub fn total(score: &BTreeMap<u8, Points>, out: &BTreeSet<u8>) -> Points {
    let mut sum = Points(0);
    for (_, p) in score.iter().filter(|(k, _)| !out.contains(k)) {
        sum += *p;
    }
    sum
}
