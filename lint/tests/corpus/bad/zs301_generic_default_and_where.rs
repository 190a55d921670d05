use std::ops::Add;

pub struct Point<T = f32> { //~ ZS301
    pub x: T,
    pub y: T,
}

pub fn shift<T>(p: Point<T>, by: T) -> Point<T>
where
    T: Add<Output = T> + Copy + From<u16> + Into<f64>, //~ ZS301
{
    Point { x: p.x + by, y: p.y + by }
}
