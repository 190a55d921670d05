use std::collections::BTreeMap;
use std::ops::Range;

/// Disjoint half-open intervals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Intervals {
    ends: BTreeMap<u64, u64>,
}

impl Intervals {
    pub fn insert(&mut self, r: Range<u64>) {
        if r.is_empty() {
            return;
        }
        let Range { mut start, mut end } = r;
        let touching: Vec<u64> = self
            .ends
            .range(..=end)
            .rev()
            .take_while(|(_, e)| **e >= start)
            .map(|(s, _)| *s)
            .collect();
        for s in touching {
            if let Some(e) = self.ends.remove(&s) {
                start = start.min(s);
                end = end.max(e);
            }
        }
        self.ends.insert(start, end);
    }

    pub fn contains(&self, x: u64) -> bool {
        self.ends.range(..=x).next_back().is_some_and(|(_, e)| x < *e)
    }

    pub fn gaps(&self) -> impl Iterator<Item = Range<u64>> + '_ {
        self.ends.values().zip(self.ends.keys().skip(1)).map(|(end, start)| *end..*start)
    }

    pub fn covered(&self) -> u64 {
        self.ends.iter().map(|(s, e)| e - s).sum()
    }
}

impl FromIterator<Range<u64>> for Intervals {
    fn from_iter<I: IntoIterator<Item = Range<u64>>>(iter: I) -> Self {
        iter.into_iter().fold(Self::default(), |mut all, r| {
            all.insert(r);
            all
        })
    }
}
