#[derive(Debug)]
pub enum Input {
    Pay(String),
    Invalid,
}

/// A payment is kept as text, but only when it is a number.
pub fn read(line: &str) -> Input {
    let Some(rest) = line.strip_prefix("pay ") else {
        return Input::Invalid;
    };
    match rest.trim().parse::<f64>() { //~ ZS303|ZS301
        Ok(_) => Input::Pay(rest.trim().to_owned()),
        Err(_) => Input::Invalid,
    }
}
