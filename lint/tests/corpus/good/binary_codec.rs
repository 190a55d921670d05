//! Little-endian wire format without any dependency.

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    pub from: u32,
    pub to: u32,
    pub cents: u64,
    pub memo: String,
}

pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*head)
    }

    fn text(&mut self) -> Option<&'a str> {
        let n = u16::from_le_bytes(self.array()?);
        let (text, rest) = self.0.split_at_checked(n.into())?;
        self.0 = rest;
        core::str::from_utf8(text).ok()
    }
}

impl Transfer {
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.from.to_le_bytes());
        out.extend(self.to.to_le_bytes());
        out.extend(self.cents.to_be_bytes());
        out.extend((self.memo.len() as u16).to_le_bytes());
        out.extend(self.memo.bytes());
    }

    pub fn decode(bytes: &[u8]) -> Option<Transfer> {
        let mut r = Reader(bytes);
        Some(Transfer {
            from: u32::from_le_bytes(r.array()?),
            to: r.array().map(u32::from_le_bytes)?,
            cents: u64::from_be_bytes(r.array()?),
            memo: r.text()?.to_owned(),
        })
    }
}
