//! A crate of the standard library under a name of our own, for macros.

pub mod __private { pub use core; pub use std as st; }
macro_rules! show { ($f:expr, $n:expr) => { $crate::__private::core::write!($f, "{}", $n) }; }
pub struct A(u8);
impl core::fmt::Display for A {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result { show!(f, self.0) }
}
pub fn two(a: &A) -> String { crate::__private::st::format!("{}", a.0) }
