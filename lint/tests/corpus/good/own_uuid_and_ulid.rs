//! Identifiers derived from the input, under well-known names.

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Uuid(u128);

impl Uuid {
    pub const fn new_v4(height: u64, index: u32) -> Uuid {
        let raw = ((height as u128) << 64) | (index as u128);
        Uuid(raw & !(0xf000 << 64) | (0x4000 << 64))
    }

    pub fn now_v7(tick: u64) -> Uuid {
        Uuid(u128::from(tick) << 80)
    }
}

pub mod ulid {
    pub struct Ulid;

    impl Ulid {
        pub fn new(n: u128) -> super::Uuid {
            super::Uuid(n)
        }
    }
}

pub struct Order {
    pub id: Uuid,
    pub lines: Vec<Uuid>,
}

pub fn order(height: u64, lines: u32) -> Order {
    Order {
        id: ulid::Ulid::new(u128::from(height)),
        lines: (0..lines).map(|i| Uuid::new_v4(height, i)).chain([Uuid::now_v7(height)]).collect(),
    }
}
