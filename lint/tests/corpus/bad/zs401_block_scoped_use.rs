use std::collections::BTreeMap;

pub struct Graph {
    pub edges: BTreeMap<u32, Vec<u32>>,
}

impl Graph {
    pub fn reachable(&self, start: u32) -> Vec<u32> {
        use std::collections::HashSet as BTreeSet;
        let mut seen = BTreeSet::new(); //~ ZS401
        let mut todo = vec![start];
        while let Some(node) = todo.pop() {
            if seen.insert(node) { //~? ZS401
                todo.extend(self.edges.get(&node).into_iter().flatten());
            }
        }
        seen.into_iter().collect() //~? ZS401
    }
}
