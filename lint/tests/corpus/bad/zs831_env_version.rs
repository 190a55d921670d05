pub struct Genesis {
    pub version: &'static str,
    pub height: u64,
}

pub const fn genesis() -> Genesis {
    Genesis {
        version: env!("CARGO_PKG_VERSION"), //~ ZS831
        height: 0,
    }
}
