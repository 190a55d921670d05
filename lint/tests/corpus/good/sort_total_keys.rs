use std::cmp::{Ordering, Reverse};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Order {
    pub price: u64,
    pub arrived: u64,
    pub id: u64,
}

pub fn bids(mut orders: Vec<Order>) -> Vec<Order> {
    orders.sort_by_key(|o| (Reverse(o.price), o.arrived, o.id));
    orders
}

pub fn asks(mut orders: Vec<Order>) -> Vec<Order> {
    orders.sort();
    orders.dedup_by_key(|o| o.id);
    orders
}

pub fn compare(a: &Order, b: &Order) -> Ordering {
    a.price
        .cmp(&b.price)
        .then_with(|| b.arrived.cmp(&a.arrived))
        .then(a.id.cmp(&b.id))
        .reverse()
}

pub fn ranked(orders: &[Order]) -> Vec<(usize, &Order)> {
    let mut rows: Vec<_> = orders.iter().enumerate().collect();
    rows.sort_by(|a, b| compare(a.1, b.1).then_with(|| a.0.cmp(&b.0)));
    rows
}

pub fn insert(sorted: &mut Vec<Order>, order: Order) -> Result<(), Order> {
    match sorted.binary_search(&order) {
        Ok(_) => Err(order),
        Err(at) => Ok(sorted.insert(at, order)),
    }
}
