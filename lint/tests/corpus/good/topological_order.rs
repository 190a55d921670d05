use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, PartialEq, Eq)]
pub struct Cycle(pub BTreeSet<String>);

#[derive(Default)]
pub struct Plan {
    needs: BTreeMap<String, BTreeSet<String>>,
}

impl Plan {
    pub fn task<'a>(&mut self, name: &str, needs: impl IntoIterator<Item = &'a str>) {
        let mut all: BTreeSet<String> = needs.into_iter().map(Into::into).collect();
        for n in &all {
            self.needs.entry(n.clone()).or_default();
        }
        self.needs.entry(name.to_string()).or_default().append(&mut all);
    }

    pub fn order(&self) -> Result<Vec<&str>, Cycle> {
        let mut open: BTreeMap<&str, usize> =
            self.needs.iter().map(|(k, v)| (k.as_str(), v.len())).collect();
        let mut out = Vec::with_capacity(self.needs.len());
        while let Some(ready) = open.iter().find(|(_, n)| **n == 0).map(|(k, _)| *k) {
            open.remove(ready);
            out.push(ready);
            for (task, left) in &mut open {
                if self.needs.get(*task).is_some_and(|n| n.contains(ready)) {
                    *left -= 1;
                }
            }
        }
        if open.is_empty() { Ok(out) } else { Err(Cycle(open.into_keys().map(String::from).collect())) }
    }
}
