pub trait Timeline {
    type Point: Copy + Ord;
    fn later(a: Self::Point, b: Self::Point) -> Self::Point {
        if a > b { a } else { b }
    }
}

pub struct Ticks;
impl Timeline for Ticks {
    type Point = u64;
}

pub struct Real;
impl Timeline for Real {
    type Point = std::time::Instant; //~ ZS103
}
