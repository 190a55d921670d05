pub fn to_hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|b| [b >> 4, b & 0xf])
        .filter_map(|n| char::from_digit(n.into(), 16))
        .collect()
}

pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return None;
    }
    text.as_bytes()
        .chunks(2)
        .map(|pair| {
            let [high, low] = pair else { return None };
            let digit = |b: u8| char::from(b).to_digit(16);
            u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()
        })
        .collect()
}

pub fn to_base(mut n: u128, base: u32) -> Option<String> {
    (2..=36).contains(&base).then_some(())?;
    let mut digits = vec![];
    while n > 0 || digits.is_empty() {
        digits.push(char::from_digit((n % u128::from(base)) as u32, base)?);
        n /= u128::from(base);
    }
    Some(digits.into_iter().rev().collect())
}

pub fn from_base(text: &str, base: u32) -> Result<i64, std::num::ParseIntError> {
    i64::from_str_radix(text, base)
}

pub const ALPHABET: [char; 4] = ['a', '\u{e9}', '\x7e', '\''];
