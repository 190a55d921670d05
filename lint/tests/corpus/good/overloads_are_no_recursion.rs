//! Impls of one trait for several types call each other; an inherent method wins over a trait's of that name.

pub struct K(u8);
pub struct B(u8);
impl TryFrom<B> for K {
    type Error = ();
    fn try_from(b: B) -> Result<Self, ()> { K::try_from(&b) }
}
impl TryFrom<&B> for K {
    type Error = ();
    fn try_from(b: &B) -> Result<Self, ()> { Ok(K(b.0)) }
}
impl From<K> for B { fn from(k: K) -> B { B::from(&k) } }
impl From<&K> for B { fn from(k: &K) -> B { B(k.0) } }
pub trait Word { fn to_le_bytes(self) -> [u8; 4]; fn swap(self) -> Self; }
impl Word for u32 {
    fn to_le_bytes(self) -> [u8; 4] { Self::to_le_bytes(self) }
    fn swap(self) -> Self { u32::swap_bytes(self) }
}
pub struct Set<T>(Vec<T>);
impl<'a, T: Copy + 'a> Extend<&'a T> for Set<T> {
    fn extend<I: IntoIterator<Item = &'a T>>(&mut self, iter: I) { self.extend(iter.into_iter().copied()); }
}
impl<T> Extend<T> for Set<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, iter: I) { self.0.extend(iter); }
}
