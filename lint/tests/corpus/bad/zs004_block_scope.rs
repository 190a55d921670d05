#[derive(Clone, Copy)]
pub struct Price(pub u64);

pub fn compare(a: Price, b: Price) -> i8 {
    use core::cmp::Ordering::*; //~ ZS004
    match a.0.cmp(&b.0) {
        Less => -1,
        Equal => 0,
        Greater => 1,
    }
}
