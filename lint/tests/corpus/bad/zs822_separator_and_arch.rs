pub struct Key {
    pub text: String,
}

pub fn key(section: &str, name: &str) -> Key {
    let mut text = String::from(section);
    text.push(std::path::MAIN_SEPARATOR); //~ ZS822
    text.push_str(name);
    Key { text }
}

pub fn platform_code() -> u8 {
    match std::env::consts::ARCH { //~ ZS822|ZS711
        "x86_64" => 1,
        _ => 0,
    }
}
