use core::ffi::c_double as Number;

pub struct Reading {
    pub sensor: u16,
    pub value: Number, //~ ZS301
}

pub fn sensor(r: &Reading) -> u16 {
    r.sensor
}
