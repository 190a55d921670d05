use std::cmp::Ordering;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VectorClock(BTreeMap<u16, u64>);

impl VectorClock {
    pub fn tick(&mut self, node: u16) -> u64 {
        let n = self.0.entry(node).or_default();
        *n += 1;
        *n
    }

    pub fn merge(&mut self, other: &Self) {
        for (node, n) in &other.0 {
            self.0.entry(*node).and_modify(|m| *m = (*m).max(*n)).or_insert(*n);
        }
    }
}

impl PartialOrd for VectorClock {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let nodes = self.0.keys().chain(other.0.keys());
        let mut result = Ordering::Equal;
        for node in nodes {
            let a = self.0.get(node).copied().unwrap_or(0);
            let b = other.0.get(node).copied().unwrap_or(0);
            result = match (result, a.cmp(&b)) {
                (r, Ordering::Equal) => r,
                (Ordering::Equal, o) => o,
                (r, o) if r == o => r,
                _ => return None,
            };
        }
        Some(result)
    }
}

impl FromIterator<(u16, u64)> for VectorClock {
    fn from_iter<T: IntoIterator<Item = (u16, u64)>>(iter: T) -> Self {
        VectorClock(iter.into_iter().collect())
    }
}

impl Extend<(u16, u64)> for VectorClock {
    fn extend<T: IntoIterator<Item = (u16, u64)>>(&mut self, iter: T) {
        self.merge(&iter.into_iter().collect());
    }
}
