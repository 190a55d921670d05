use std::collections::{BTreeMap, VecDeque};

#[derive(Clone, Debug, Default)]
struct Node {
    next: BTreeMap<u8, usize>,
    value: Option<u32>,
}

/// Routes by longest prefix; the nodes live in one vector.
#[derive(Clone, Debug)]
pub struct Trie {
    nodes: Vec<Node>,
}

impl Default for Trie {
    fn default() -> Self {
        Trie { nodes: vec![Node::default()] }
    }
}

impl Trie {
    pub fn insert(&mut self, key: &[u8], value: u32) -> Option<u32> {
        let mut at = 0;
        for b in key {
            let fresh = self.nodes.len();
            let next = *self.nodes[at].next.entry(*b).or_insert(fresh);
            if next == fresh {
                self.nodes.push(Node::default());
            }
            at = next;
        }
        self.nodes[at].value.replace(value)
    }

    pub fn longest(&self, key: &[u8]) -> Option<(usize, u32)> {
        let mut at = &self.nodes[0];
        let mut best = at.value.map(|v| (0, v));
        for (i, b) in key.iter().enumerate() {
            let Some(next) = at.next.get(b) else { break };
            at = &self.nodes[*next];
            best = at.value.map(|v| (i + 1, v)).or(best);
        }
        best
    }

    pub fn values(&self) -> Vec<u32> {
        let mut todo = VecDeque::from([0usize]);
        let mut out = Vec::new();
        while let Some(at) = todo.pop_front() {
            out.extend(self.nodes[at].value);
            todo.extend(self.nodes[at].next.values());
        }
        out
    }
}
