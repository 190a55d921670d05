use core::cell::OnceCell as Memo;

static FIRST: std::sync::Once = std::sync::Once::new(); //~ ZS501

pub struct Route {
    pub hops: Vec<u16>,
    cost: Memo<u64>, //~ ZS501
}

impl Route {
    pub fn cost(&self) -> u64 {
        FIRST.call_once(|| ()); //~? ZS501
        *self.cost.get_or_init(|| self.hops.iter().copied().map(u64::from).sum()) //~? ZS501
    }
}
