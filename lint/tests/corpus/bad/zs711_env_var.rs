use std::env::var as setting;

pub struct Limits {
    pub max_orders: u32,
}

impl Default for Limits {
    fn default() -> Self {
        let max_orders = setting("MAX_ORDERS") //~ ZS711
            .ok()
            .and_then(|v| v.parse().ok())
            .unwrap_or(100);
        Limits { max_orders }
    }
}
