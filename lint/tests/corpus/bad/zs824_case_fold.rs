//# pedantic
use std::collections::BTreeMap;

pub struct Directory {
    rows: BTreeMap<String, u32>,
}

impl Directory {
    pub fn find(&self, name: &str) -> Option<u32> {
        self.rows.get(&name.to_lowercase()).copied() //~ ZS824
    }
}
