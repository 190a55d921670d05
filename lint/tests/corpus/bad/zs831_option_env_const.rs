pub const NETWORK: &str = match option_env!("NETWORK_NAME") { //~ ZS831
    Some(name) => name,
    None => "main",
};

pub struct Tx {
    pub network: &'static str,
    pub nonce: u64,
}

impl Tx {
    pub fn new(nonce: u64) -> Tx {
        Tx { network: NETWORK, nonce }
    }
}
