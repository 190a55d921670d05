//! A small open-addressing table with insertion order; the name is ours.

#[derive(Clone, Debug, Default)]
pub struct HashMap<V> {
    keys: Vec<u64>,
    values: Vec<V>,
}

impl<V> HashMap<V> {
    pub fn new() -> Self {
        HashMap { keys: Vec::new(), values: Vec::new() }
    }

    pub fn insert(&mut self, key: u64, value: V) -> Option<V> {
        match self.keys.iter().position(|k| *k == key) {
            Some(at) => self.values.get_mut(at).map(|v| std::mem::replace(v, value)),
            None => {
                self.keys.push(key);
                self.values.push(value);
                None
            }
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (u64, &V)> + '_ {
        self.keys.iter().copied().zip(self.values.iter())
    }
}

pub struct Inventory {
    rows: HashMap<u32>,
}

impl Inventory {
    pub fn restock(&mut self, article: u64, n: u32) -> u32 {
        self.rows.insert(article, n).unwrap_or(0)
    }

    pub fn articles(&self) -> Vec<u64> {
        self.rows.iter().map(|(k, _)| k).collect()
    }
}
