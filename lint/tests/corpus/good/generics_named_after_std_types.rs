use std::collections::BTreeMap;

/// The parameters are names, not the types of the library.
pub struct Pair<HashMap, Instant> {
    pub left: HashMap,
    pub right: Instant,
}

impl<HashMap: Clone, Instant: Ord + Copy> Pair<HashMap, Instant> {
    pub fn newer(&self, other: &Pair<HashMap, Instant>) -> HashMap {
        if self.right >= other.right { self.left.clone() } else { other.left.clone() }
    }
}

pub fn index<SystemTime: Ord + Copy, Mutex>(rows: Vec<(SystemTime, Mutex)>) -> BTreeMap<SystemTime, Mutex> {
    rows.into_iter().collect()
}

pub trait Source {
    type HashSet;
    fn take(&mut self) -> Self::HashSet;
}

pub fn drain<S: Source<HashSet = Option<u8>>>(s: &mut S) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some(x) = s.take() {
        out.push(x);
    }
    out
}
