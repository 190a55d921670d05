use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

pub type Node = u32;

#[derive(Clone, Debug, Default)]
pub struct Roads {
    edges: BTreeMap<Node, Vec<(Node, u64)>>,
}

impl Roads {
    pub fn connect(&mut self, a: Node, b: Node, cost: u64) -> &mut Self {
        self.edges.entry(a).or_default().push((b, cost));
        self.edges.entry(b).or_default().push((a, cost));
        self
    }

    pub fn distances(&self, start: Node) -> BTreeMap<Node, u64> {
        let mut best = BTreeMap::from([(start, 0u64)]);
        let mut queue = BinaryHeap::from(vec![Reverse((0u64, start))]);
        while let Some(Reverse((cost, node))) = queue.pop() {
            if best.get(&node).is_some_and(|b| *b < cost) {
                continue;
            }
            for (next, step) in self.edges.get(&node).map_or(&[][..], Vec::as_slice) {
                let total = cost.saturating_add(*step);
                if best.get(next).is_none_or(|b| total < *b) {
                    best.insert(*next, total);
                    queue.push(Reverse((total, *next)));
                }
            }
        }
        best
    }

    pub fn nearest<'a>(&self, from: Node, depots: impl IntoIterator<Item = &'a Node>) -> Option<Node> {
        let reach = self.distances(from);
        depots.into_iter().filter_map(|d| Some((reach.get(d)?, d))).min().map(|(_, d)| *d)
    }
}
