use rustc_hash::FxHashMap as Map;

pub struct Symbols {
    ids: Map<String, u32>, //~ ZS402
    names: Vec<String>,
}

impl Symbols {
    pub fn name(&self, id: u32) -> Option<&str> {
        self.names.get(id as usize).map(String::as_str)
    }
}
