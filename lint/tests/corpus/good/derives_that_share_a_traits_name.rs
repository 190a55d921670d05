//! A derive macro and a trait may share a name; a type of our own may have `with_capacity` and `resize`.

pub use shape_derive::{Draw, Paint};
pub use crate::shapes::{Draw, Paint};
pub mod shapes {
    pub trait Draw { fn draw(&self) -> u64; }
    pub trait Paint: Draw { fn paint(&self) -> u64 { self.draw() } }
}
pub fn both<T: Draw + Paint>(x: &T) -> u64 { x.draw() + x.paint() }
pub struct Slab(Vec<u8>);
impl Slab {
    pub fn with_capacity(n: usize) -> Self { Slab(Vec::new()) }
    pub fn resize(&mut self, n: usize) { self.0.truncate(n); }
}
pub fn go(n: usize) -> Slab { let mut s = Slab::with_capacity(n); s.resize(n); s }
