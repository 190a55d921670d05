use core::marker::PhantomData;
use core::ops::Add;

pub trait Unit: Copy {
    const SYMBOL: &'static str;
    const PER_BASE: u64;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gram;
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kilo;

impl Unit for Gram {
    const SYMBOL: &'static str = "g";
    const PER_BASE: u64 = 1;
}
impl Unit for Kilo {
    const SYMBOL: &'static str = "kg";
    const PER_BASE: u64 = 1_000;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weight<U: Unit = Gram> {
    n: u64,
    unit: PhantomData<U>,
}

impl<U: Unit> Weight<U> {
    pub const fn new(n: u64) -> Self {
        Weight { n, unit: PhantomData }
    }

    pub fn to<V: Unit>(self) -> Weight<V> {
        Weight::new(self.n * U::PER_BASE / V::PER_BASE)
    }

    pub fn text(self) -> String {
        let mut s = self.n.to_string();
        s += U::SYMBOL;
        s
    }
}

impl<U: Unit, V: Unit> Add<Weight<V>> for Weight<U> {
    type Output = Weight<U>;

    fn add(self, other: Weight<V>) -> Weight<U> {
        Weight::new(self.n + <Weight<V>>::to::<U>(other).n)
    }
}
