//! Referral codes: short enough to be told on the phone, made of a user id.

use alloc::string::ToString as _;
use core::fmt;

use super::{UserId, as_text};
use crate::{
    bug,
    kernel::{Digest, table::RowKey, tags},
};

/// A referral code: 128 bits in Crockford's base 32 as a ULID is written, 26 upper-case characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Code([u8; 26]);

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Whether a byte is one of those digits.
const IS_CROCKFORD: [bool; 256] = {
    let (mut known, mut at) = ([false; 256], 0);
    while at < CROCKFORD.len() {
        known[CROCKFORD[at] as usize] = true;
        at += 1;
    }
    known
};

impl Code {
    /// The code of a user.
    #[must_use]
    pub fn of(user: &UserId) -> Self {
        let Digest(hash) = Digest::of(tags::REFERRAL, &[user.to_string().as_bytes()]);
        let mut number = hash.iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
        let mut text = [b'0'; 26];
        for digit in text.iter_mut().rev() {
            *digit = CROCKFORD[usize::from((number & 31) as u8)];
            number >>= 5;
        }
        assert!(number == 0 && text[0] <= b'7', "26 digits hold 128 bits: {text:?}");
        Self(text)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(core::str::from_utf8(&self.0).unwrap_or_else(|_| bug!("a code of {:?}", self.0)))
    }
}

impl RowKey for Code {
    fn parse(text: &str) -> Option<Self> {
        let digits = <[u8; 26]>::try_from(text.as_bytes()).ok()?;
        (digits[0] <= b'7' && digits.iter().all(|digit| IS_CROCKFORD[usize::from(*digit)])).then_some(Self(digits))
    }
}

as_text!(Code, "26 upper-case characters of Crockford's base 32");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_written_as_a_ulid_is() {
        let user = UserId(Digest([1; 32]));
        let code = Code::of(&user);
        let Digest(hash) = Digest::of(tags::REFERRAL, &[user.to_string().as_bytes()]);
        let read = code.to_string().bytes().fold(0_u128, |number, digit| {
            let at = CROCKFORD.iter().position(|known| *known == digit).expect("a Crockford digit");
            number << 5 | at as u128
        });
        assert_eq!(read.to_be_bytes(), hash[..16]);
        assert_eq!(Code::parse(&code.to_string()), Some(code));
        assert_eq!(Code::parse(&code.to_string().to_lowercase()), None);
        assert_eq!(Code::parse("8ZZZZZZZZZZZZZZZZZZZZZZZZZ"), None, "over 128 bits");
    }
}
