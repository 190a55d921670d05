macro_rules! spread {
    ($base:expr, $width:expr) => {
        $base + fastrand::u64(0..$width) //~ ZS201
    };
}

pub struct Market {
    pub bid: u64,
    pub ask: u64,
}

pub fn requote(market: &Market) -> Market {
    let mid = (market.bid + market.ask) / 2;
    Market { bid: mid - 5, ask: spread!(mid, 10) }
}
