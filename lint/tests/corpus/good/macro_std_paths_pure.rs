//! The macro takes any path, and is only ever given pure ones.

macro_rules! reduce {
    ($items:expr, $f:path) => {
        $items.iter().copied().reduce($f)
    };
}

macro_rules! build {
    ($ty:ty, $($item:expr),* $(,)?) => {
        <$ty as ::core::iter::FromIterator<_>>::from_iter([$($item),*])
    };
}

pub struct Scores {
    pub rounds: Vec<u32>,
}

impl Scores {
    pub fn best(&self) -> Option<u32> {
        reduce!(self.rounds, std::cmp::max)
    }

    pub fn worst(&self) -> Option<u32> {
        reduce!(self.rounds, ::core::cmp::Ord::min)
    }

    pub fn total(&self) -> Option<u32> {
        reduce!(self.rounds, u32::wrapping_add)
    }

    pub fn sample() -> (std::collections::BTreeSet<u8>, String) {
        (build!(::std::collections::BTreeSet<u8>, 3, 1, 2), build!(String, 'a', 'b'))
    }
}
