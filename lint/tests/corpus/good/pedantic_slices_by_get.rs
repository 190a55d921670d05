//# pedantic
pub struct Frame<'a> {
    bytes: &'a [u8],
}

impl<'a> Frame<'a> {
    pub fn kind(&self) -> Option<u8> {
        self.bytes.first().copied()
    }

    pub fn body(&self) -> &'a [u8] {
        self.bytes.get(1..).unwrap_or_default()
    }

    pub fn halves(&self, at: u16) -> Option<(&'a [u8], &'a [u8])> {
        self.bytes.split_at_checked(usize::from(at))
    }

    pub fn fields(&self) -> Option<(u8, u8, &'a [u8])> {
        match self.bytes {
            [a, b, rest @ ..] => Some((*a, *b, rest)),
            _ => None,
        }
    }

    pub fn word(&self) -> Option<u32> {
        self.bytes.first_chunk::<4>().map(|w| u32::from_le_bytes(*w))
    }
}
