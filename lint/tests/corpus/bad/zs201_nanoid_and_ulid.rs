pub struct Ticket {
    pub seat: u16,
    pub code: String,
    pub order: u128,
}

pub fn sell(seat: u16) -> Ticket {
    Ticket {
        seat,
        code: nanoid::nanoid!(10), //~ ZS201
        order: ulid::Ulid::new().0, //~ ZS201
    }
}
