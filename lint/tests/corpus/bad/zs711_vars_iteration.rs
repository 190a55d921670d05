pub struct Features {
    pub enabled: Vec<String>,
}

pub fn features(prefix: &str) -> Features {
    use std::env as configuration;
    let enabled = configuration::vars() //~ ZS711|ZS401
        .filter_map(|(k, _)| k.strip_prefix(prefix).map(str::to_owned))
        .collect();
    Features { enabled }
}
