macro_rules! tariff {
    ($($name:ident => $rate:expr),+ $(,)?) => {
        $(
            pub fn $name(cents: u64) -> u64 {
                (cents as u128 * ($rate * 1000 as _) as u128 / 1000) as u64
            }
        )+
    };
}

tariff! {
    standard => 0.19, //~ ZS302
    reduced => 7e-2, //~ ZS302
}

pub fn free(_cents: u64) -> u64 {
    0
}
