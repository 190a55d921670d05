pub mod maps {
    pub type Fixed<K, V> =
        std::collections::HashMap<K, V, std::hash::BuildHasherDefault<rustc_hash::FxHasher>>; //~ ZS402|ZS401
}

pub struct Teams {
    pub names: Vec<String>,
}

impl Teams {
    pub fn index(&self) -> maps::Fixed<&str, usize> { //~? ZS402|ZS401
        self.names.iter().enumerate().map(|(i, n)| (n.as_str(), i)).collect()
    }
}
