mod prelude {
    pub mod containers {
        pub use std::collections as std_collections;
        pub use std_collections::HashSet as Bag;
    }
    pub use self::containers::*;
}

use prelude::*;

pub fn distinct(words: &[u32]) -> usize {
    let seen: Bag<u32> = words.iter().copied().collect(); //~ ZS401
    seen.len()
}

pub fn longest_run(words: &[u32]) -> usize {
    words.chunk_by(|a, b| a == b).map(<[u32]>::len).max().unwrap_or(0)
}
