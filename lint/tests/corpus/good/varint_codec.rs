use core::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    Short,
    TooLong(usize),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match *self {
            DecodeError::Short => f.pad("input ends early"),
            DecodeError::TooLong(n) => write!(f, "{n} bytes are too long"),
        }
    }
}

pub fn put(mut n: u64, out: &mut Vec<u8>) {
    loop {
        let byte = (n & 0x7f) as u8;
        n >>= 7;
        if n == 0 {
            break out.push(byte);
        }
        out.push(byte | 0x80);
    }
}

pub fn get<'a>(bytes: &mut impl Iterator<Item = &'a u8>) -> Result<u64, DecodeError> {
    let mut n = 0u64;
    for (i, shift) in (0..64).step_by(7).enumerate() {
        let b = bytes.next().ok_or(DecodeError::Short)?;
        if i == 9 && *b > 1 {
            return Err(DecodeError::TooLong(i + 1));
        }
        n |= u64::from(b & 0x7f) << shift;
        if b & 0x80 == 0 {
            return Ok(n);
        }
    }
    Err(DecodeError::TooLong(11))
}

pub fn zigzag(n: i64) -> u64 {
    ((n << 1) ^ (n >> 63)).cast_unsigned()
}

pub fn unzigzag(n: u64) -> i64 {
    (n >> 1).cast_signed() ^ -(n & 1).cast_signed()
}
