//! The mark: how far the ledger was known to be durable when it was written last. Below it nothing may fail to verify.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::kernel::{
    Digest, Int,
    canonical::{from_bytes, to_bytes},
    files::FileOp,
    tags,
};

/// The file that holds it; one sector, so that a write replaces all of it.
pub(super) const FILE: &str = "durable";
pub(super) const BYTES: usize = 256;

/// So many entries, ending at a byte of a segment, were durable, and so many of them under a durable checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) size: u64,
    pub(super) segment: u64,
    pub(super) end: u64,
    pub(super) sealed: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    check: Digest,
    end: Int,
    sealed: Int,
    segment: Int,
    size: Int,
}

impl Mark {
    pub(super) fn create() -> FileOp {
        FileOp::Create { file: String::from(FILE), len: BYTES as u64 }
    }

    /// Writes it in place, filled up with newlines; nobody waits for a sync.
    pub(super) fn write(&self) -> FileOp {
        assert!(self.segment <= self.size && self.sealed <= self.size, "no such ledger: {self:?}");
        assert_eq!(
            self.segment < self.size,
            self.end > 0,
            "a segment holds lines if its number is below the next: {self:?}"
        );
        let mut bytes = to_bytes(&self.written());
        assert!(bytes.len() < BYTES, "one sector holds a mark and the newline behind it");
        bytes.resize(BYTES, b'\n');
        assert_eq!(Self::read(&bytes), Some(*self), "a mark is read back as it was written");
        FileOp::WriteAt { file: String::from(FILE), offset: 0, bytes }
    }

    /// Reads it; none if it is not whole. A missing mark only widens what recovery may set aside.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
        let written: Written = from_bytes(&bytes[..end]).ok()?;
        let [size, segment, end, sealed] = [written.size, written.segment, written.end, written.sealed].map(Int::get);
        let mark = Self { size, segment, end, sealed };
        (mark.written().check == written.check).then_some(mark)
    }

    fn written(&self) -> Written {
        let numbers = [self.size, self.segment, self.end, self.sealed];
        let check = Digest::of(tags::DURABLE, &[numbers.map(u64::to_be_bytes).as_flattened()]);
        let [size, segment, end, sealed] = numbers.map(Int::exact);
        Written { check, end, sealed, segment, size }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_mark_is_no_mark() {
        let mark = Mark { size: 12, segment: 3, end: 4567, sealed: 8 };
        let FileOp::WriteAt { bytes, .. } = mark.write() else { unreachable!("a mark is written at its place") };
        assert_eq!(bytes.len(), BYTES);
        assert_eq!(Mark::read(&bytes), Some(mark));
        let written = bytes.iter().position(|byte| *byte == b'\n').expect("a line");
        for at in 0..written {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert_eq!(Mark::read(&damaged), None, "byte {at}");
        }
        assert_eq!(Mark::read(&[0; 256]), None);
        assert_eq!(Mark::read(&[]), None);
    }
}
