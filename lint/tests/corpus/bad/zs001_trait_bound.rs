use std::fmt;

/// Identifier of a lot in an auction.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LotId(pub u64);

impl fmt::Display for LotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "lot-{}", self.0)
    }
}

pub fn highest<T>(bids: &[T]) -> Option<&T>
where
    T: Ord + bidding_rules::Eligible, //~ ZS001
{
    bids.iter().max()
}
