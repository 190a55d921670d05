use std::collections::BTreeSet;

#[derive(Clone, Debug)]
pub struct Groups {
    parent: Vec<u32>,
    size: Vec<u32>,
}

impl Groups {
    pub fn new(n: u32) -> Self {
        Groups { parent: (0..n).collect(), size: vec![1; n as usize] }
    }

    pub fn find(&mut self, x: u32) -> u32 {
        let mut root = x;
        while self.parent[root as usize] != root {
            root = self.parent[root as usize];
        }
        let mut at = x;
        while at != root {
            at = std::mem::replace(&mut self.parent[at as usize], root);
        }
        root
    }

    pub fn join(&mut self, a: u32, b: u32) -> bool {
        let (mut a, mut b) = (self.find(a), self.find(b));
        if a == b {
            return false;
        }
        if (self.size[a as usize], b) < (self.size[b as usize], a) {
            (a, b) = (b, a);
        }
        self.parent[b as usize] = a;
        self.size[a as usize] += self.size[b as usize];
        true
    }

    pub fn roots(&mut self) -> BTreeSet<u32> {
        let n = self.parent.len() as u32;
        (0..n).map(|x| self.find(x)).collect()
    }
}
