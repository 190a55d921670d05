pub trait Storage {
    type Index: Default;
    const NAME: &'static str;
}

pub struct Ordered;
impl Storage for Ordered {
    type Index = std::collections::BTreeMap<u64, u64>;
    const NAME: &'static str = "ordered";
}

pub struct Fast;
impl Storage for Fast {
    type Index = std::collections::HashMap<u64, u64>; //~ ZS401
    const NAME: &'static str = "fast";
}

pub struct Orders<S: Storage> {
    pub index: S::Index,
}

pub fn open<S: Storage>() -> Orders<S> {
    Orders { index: S::Index::default() }
}
