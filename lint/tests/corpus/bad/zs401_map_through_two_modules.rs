//! The module passes the map on under another name; it is found where it is used.

mod kept {
    pub use std::collections::{BTreeMap, hash_map as by_name};
}

mod names {
    use super::kept::by_name::HashMap as Index;

    pub fn total(index: &Index<String, u64>) -> u64 { //~ ZS401
        index.len() as u64
    }
}

pub fn apply(ordered: &kept::BTreeMap<u8, u8>) -> u64 {
    ordered.len() as u64 + names::total(&Default::default())
}
