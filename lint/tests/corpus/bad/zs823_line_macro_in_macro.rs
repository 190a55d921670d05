macro_rules! event {
    ($kind:expr) => {
        Event { kind: $kind, code: line!() } //~ ZS823
    };
}

pub struct Event {
    pub kind: u8,
    pub code: u32,
}

pub fn opened() -> Event {
    event!(1)
}

pub fn closed() -> Event {
    event!(2)
}
