use uuid::Uuid as Id;

pub struct Shipment {
    pub tracking: u128,
    pub parcels: u16,
}

pub fn ship(parcels: u16) -> Shipment {
    let tracking = Id::new_v4().as_u128(); //~ ZS201
    Shipment { tracking, parcels }
}
