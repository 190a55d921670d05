use std::collections::{BTreeMap, btree_map};

#[derive(Clone, Debug)]
pub struct Lru<K, V> {
    limit: usize,
    tick: u64,
    rows: BTreeMap<K, (u64, V)>,
    by_age: BTreeMap<u64, K>,
}

impl<K: Ord + Clone, V> Lru<K, V> {
    pub fn new(limit: usize) -> Self {
        Lru { limit, tick: 0, rows: BTreeMap::new(), by_age: BTreeMap::new() }
    }

    pub fn get(&mut self, key: &K) -> Option<&V> {
        self.tick += 1;
        let (age, value) = self.rows.get_mut(key)?;
        self.by_age.remove(age);
        self.by_age.insert(self.tick, key.clone());
        *age = self.tick;
        Some(value)
    }

    pub fn put(&mut self, key: K, value: V) -> Option<V> {
        self.tick += 1;
        let old = self.rows.insert(key.clone(), (self.tick, value));
        if let Some((age, _)) = &old {
            self.by_age.remove(age);
        }
        self.by_age.insert(self.tick, key);
        while self.rows.len() > self.limit {
            let (_, oldest) = self.by_age.pop_first()?;
            self.rows.remove(&oldest);
        }
        old.map(|(_, v)| v)
    }

    pub fn iter(&self) -> btree_map::Values<'_, u64, K> {
        self.by_age.values()
    }
}

impl<'a, K: Ord + Clone, V> IntoIterator for &'a Lru<K, V> {
    type Item = &'a K;
    type IntoIter = btree_map::Values<'a, u64, K>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
