pub mod trade {
    pub const TOPIC: &str = module_path!(); //~ ZS823

    pub struct Trade {
        pub price: u64,
    }

    impl Trade {
        pub fn topic(&self) -> String {
            let mut s = String::from(TOPIC);
            s.push_str(if self.price > 100 { ".large" } else { ".small" });
            s
        }
    }
}
