#[derive(Debug)]
pub enum Input {
    Amount(u64),
    Invalid,
}

pub fn read(line: &str) -> Input {
    let Some(rest) = line.strip_prefix("pay ") else {
        return Input::Invalid;
    };
    match rest.trim().parse::<f64>() { //~ ZS303|ZS301
        Ok(v) => Input::Amount((v * From::from(100u8)) as u64),
        Err(_) => Input::Invalid,
    }
}
