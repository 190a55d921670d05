use core::fmt::{self, Binary, Debug, Display, Formatter, LowerHex, Write as _};

#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Digest(pub [u8; 4]);

impl LowerHex for Digest {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl Display for Digest {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            f.write_str("0x")?;
        }
        LowerHex::fmt(self, f)
    }
}

impl Debug for Digest {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Digest").field(&format_args!("{self}")).finish()
    }
}

impl Binary for Digest {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Binary::fmt(&u32::from_be_bytes(self.0), f)
    }
}

pub fn table(rows: &[(u16, Digest)]) -> Result<String, fmt::Error> {
    let mut out = String::with_capacity(256);
    for (id, digest) in rows {
        writeln!(out, "{id:>5} | {digest:#}")?;
    }
    Ok(out)
}
