//! Part of the rules lives outside the source folder.

#[path = "../../../../../elsewhere/fees.rs"] mod fees; //~ ZS020|ZS995

pub struct Order {
    pub cents: u64,
}

pub fn due(order: &Order) -> u64 {
    order.cents
}
