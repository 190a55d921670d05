macro_rules! rule {
    ($name:ident, $limit:expr) => {
        pub fn $name(value: u64) -> bool {
            policy_dsl::evaluate!(value, $limit) //~ ZS003|ZS001
        }
    };
}

rule!(small_order, 1_000);
rule!(large_order, 50_000);

pub fn classify(value: u64) -> u8 {
    match (small_order(value), large_order(value)) {
        (true, _) => 0,
        (false, true) => 1,
        (false, false) => 2,
    }
}
