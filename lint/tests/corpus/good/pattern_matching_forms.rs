#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    Number(i64),
    Word(&'a str),
    Pair(Box<(Token<'a>, Token<'a>)>),
    List(Vec<u8>),
    End,
}

pub fn weight(t: &Token<'_>) -> i64 {
    match t {
        Token::Number(n @ (0..=9 | 100)) => *n,
        Token::Number(i64::MIN..0) => -1,
        Token::Number(n) if n % 2 == 0 => n / 2,
        Token::Number(_) => 1,
        Token::Word("pay" | "take") => 7,
        Token::Word(w) => w.len() as i64,
        Token::Pair(p) => match &**p {
            (Token::Number(a), Token::Number(b)) => a.wrapping_add(*b),
            (Token::End, _) | (_, Token::End) => 0,
            _ => 2,
        },
        Token::List(bytes) => match bytes.as_slice() {
            [] => 0,
            [one] => i64::from(*one),
            [first, .., last] => i64::from(*first) - i64::from(*last),
        },
        Token::End => 0,
    }
}

pub fn split(line: &str) -> Option<(&str, u32)> {
    let [name, count] = line.split(':').collect::<Vec<_>>()[..] else {
        return None;
    };
    if let Ok(count) = count.parse::<u32>()
        && !name.is_empty()
    {
        Some((name, count))
    } else {
        None
    }
}
