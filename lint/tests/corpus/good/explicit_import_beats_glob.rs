//! A glob of a local module offers names that an explicit import shadows, and the reverse.

mod loose {
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct HashMap(pub Vec<u8>);
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Mutex(pub u8);
    pub fn var(n: u8) -> Mutex {
        Mutex(n)
    }
}

mod strict {
    pub type HashMap = std::collections::BTreeMap<u8, u8>;
}

use loose::*;
use strict::HashMap;

pub struct Panel {
    pub keys: HashMap,
    pub lock: Mutex,
}

impl Panel {
    pub fn press(&mut self, key: u8) -> Option<u8> {
        self.lock = var(key);
        self.keys.insert(key, self.lock.0)
    }

    pub fn raw(&self) -> loose::HashMap {
        loose::HashMap(self.keys.keys().copied().collect())
    }
}
