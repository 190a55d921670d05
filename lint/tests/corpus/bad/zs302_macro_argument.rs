macro_rules! tariff {
    ($($name:ident => $share:expr),+ $(,)?) => {
        $(
            pub fn $name(cents: u64) -> bool {
                let limits = [$share, $share];
                limits.len() as u64 > cents
            }
        )+
    };
}

tariff! {
    standard => 0.19, //~ ZS302
    reduced => 7e-2, //~ ZS302
}

pub fn free(_cents: u64) -> bool {
    true
}
