use std::any::type_name as label;

pub trait Event {
    fn weight(&self) -> u32;

    fn topic(&self) -> &'static str {
        label::<Self>() //~ ZS823
    }
}

pub struct Opened(pub u32);

impl Event for Opened {
    fn weight(&self) -> u32 {
        self.0
    }
}
