macro_rules! check {
    ($cond:expr, $($rest:tt)+) => {
        if !$cond {
            std::eprintln!($($rest)+); //~ ZS701
            return Err(());
        }
    };
}

pub struct Transfer {
    pub cents: u64,
    pub fee: u64,
}

pub fn validate(t: &Transfer) -> Result<u64, ()> {
    check!(t.cents > t.fee, "fee {} too high", t.fee);
    check!(t.cents < 1_000_000, "too much");
    Ok(t.cents - t.fee)
}
