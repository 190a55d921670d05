use std::iter::Peekable;
use std::str::CharIndices;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token<'s> {
    Ident(&'s str),
    Number(u64),
    Symbol(char),
}

pub struct Lexer<'s> {
    source: &'s str,
    chars: Peekable<CharIndices<'s>>,
}

impl<'s> Lexer<'s> {
    pub fn new(source: &'s str) -> Self {
        Lexer { source, chars: source.char_indices().peekable() }
    }

    fn take_while(&mut self, start: usize, f: fn(&char) -> bool) -> &'s str {
        let mut end = start;
        while let Some((at, c)) = self.chars.next_if(|(_, c)| f(c)) {
            end = at + c.len_utf8();
        }
        self.source.get(start..end).unwrap_or_default()
    }
}

impl<'s> Iterator for Lexer<'s> {
    type Item = Result<Token<'s>, String>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.chars.next_if(|(_, c)| c.is_ascii_whitespace()).is_some() {}
        let (at, c) = *self.chars.peek()?;
        Some(match c {
            'a'..='z' | 'A'..='Z' | '_' => Ok(Token::Ident(self.take_while(at, char::is_ascii_alphanumeric))),
            '0'..='9' => {
                let digits = self.take_while(at, char::is_ascii_digit);
                digits.parse().map(Token::Number).map_err(|e| format!("{digits}: {e}"))
            }
            _ => {
                self.chars.next();
                Ok(Token::Symbol(c))
            }
        })
    }
}

pub fn all(source: &str) -> Result<Vec<Token<'_>>, String> {
    Lexer::new(source).collect()
}
