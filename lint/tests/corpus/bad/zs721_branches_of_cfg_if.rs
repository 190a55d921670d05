//! Each branch is code that some build runs.

cfg_if::cfg_if! { //~ ZS821
    if #[cfg(feature = "fast")] {
        mod quick {
            pub fn cost(n: u64) -> u64 {
                n
            }
        }
        use quick::cost;
    } else {
        cfg_if::cfg_if! { //~ ZS821
            if #[cfg(feature = "spread")] {
                mod spread {
                    pub fn cost(n: u64) -> u64 {
                        n ^ u64::from(std::process::id()) //~ ZS721
                    }
                }
                use spread::cost;
            }
        }
    }
}

pub fn apply(balance: u64, n: u64) -> u64 {
    balance.saturating_sub(cost(n))
}
