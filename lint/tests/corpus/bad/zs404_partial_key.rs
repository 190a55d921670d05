//# pedantic
#[derive(Clone, Debug)]
pub struct Order {
    pub price: u64,
    pub id: u64,
}

pub fn by_price(mut orders: Vec<Order>) -> Vec<Order> {
    orders.sort_unstable_by_key(|o| o.price); //~ ZS404
    orders
}

pub fn cheapest(orders: &[Order]) -> Option<u64> {
    orders.iter().map(|o| o.price).min()
}
