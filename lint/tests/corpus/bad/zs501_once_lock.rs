use std::sync::OnceLock as Lazy;

pub struct Config {
    pub max_players: u8,
}

static CONFIG: Lazy<Config> = Lazy::new(); //~ ZS501

pub fn join(players: u8, fallback: u8) -> Result<u8, u8> {
    let config = CONFIG.get_or_init(|| Config { max_players: fallback }); //~? ZS501
    if players < config.max_players { Ok(players + 1) } else { Err(players) }
}
