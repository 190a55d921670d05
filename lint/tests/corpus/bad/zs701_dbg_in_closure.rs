pub struct Bid {
    pub bidder: u32,
    pub cents: u64,
}

pub fn winner(bids: &[Bid], reserve: u64) -> Option<u32> {
    bids.iter()
        .filter(|b| dbg!(b.cents) >= reserve) //~ ZS701
        .max_by_key(|b| (b.cents, std::cmp::Reverse(b.bidder)))
        .map(|b| b.bidder)
}
