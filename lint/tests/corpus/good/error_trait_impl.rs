use std::error::Error;
use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerError {
    UnknownAccount { id: u32 },
    Insufficient { need: u64, have: u64 },
    Number(std::num::ParseIntError),
    Text(core::str::Utf8Error),
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownAccount { id } => write!(f, "unknown account {id}"),
            Self::Insufficient { need, have } => write!(f, "need {need}, have {have}"),
            Self::Number(e) => fmt::Display::fmt(e, f),
            Self::Text(e) => e.fmt(f),
        }
    }
}

impl Error for LedgerError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Number(e) => Some(e),
            Self::Text(e) => Some(e),
            _ => None,
        }
    }
}

impl From<std::num::ParseIntError> for LedgerError {
    fn from(e: std::num::ParseIntError) -> Self {
        LedgerError::Number(e)
    }
}

pub fn amount(bytes: &[u8]) -> Result<u64, LedgerError> {
    let text = std::str::from_utf8(bytes).map_err(LedgerError::Text)?;
    Ok(text.trim().parse()?)
}
