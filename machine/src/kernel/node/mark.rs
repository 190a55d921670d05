//! The mark: how far the ledger was known to be durable when it was written last. Below it nothing may fail to verify.

use alloc::{string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use crate::kernel::{
    Digest, Int,
    canonical::{from_bytes, to_bytes},
    files::FileOp,
    tags,
};

/// The file that holds it; one sector, so that a write replaces all of it.
pub(super) const FILE: &str = "durable";
pub(super) const BYTES: u64 = 256;

/// So many entries, ending at a byte of a segment, were durable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) size: u64,
    pub(super) segment: u64,
    pub(super) end: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    check: Digest,
    end: Int,
    segment: Int,
    size: Int,
}

impl Mark {
    pub(super) fn create() -> FileOp {
        FileOp::Create { file: String::from(FILE), len: BYTES }
    }

    /// Writes it in place, filled up with newlines; nobody waits for a sync.
    pub(super) fn write(&self) -> FileOp {
        let mut bytes = to_bytes(&self.written());
        bytes.resize(usize::try_from(BYTES).unwrap_or(bytes.len()).max(bytes.len()), b'\n');
        FileOp::WriteAt { file: String::from(FILE), offset: 0, bytes }
    }

    /// Reads it; none if it is not whole. A missing mark only widens what recovery may set aside.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
        let written: Written = from_bytes(&bytes[..end]).ok()?;
        let mark = Self { size: written.size.get(), segment: written.segment.get(), end: written.end.get() };
        (mark.written().check == written.check).then_some(mark)
    }

    fn written(&self) -> Written {
        let parts: Vec<[u8; 8]> = [self.size, self.segment, self.end].map(u64::to_be_bytes).into();
        let check = Digest::of(tags::DURABLE, &[&parts[0], &parts[1], &parts[2]]);
        let [size, segment, end] = [self.size, self.segment, self.end].map(Int::saturating);
        Written { check, end, segment, size }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_mark_is_no_mark() {
        let mark = Mark { size: 12, segment: 3, end: 4567 };
        let FileOp::WriteAt { bytes, .. } = mark.write() else { unreachable!("a mark is written at its place") };
        assert_eq!(bytes.len() as u64, BYTES);
        assert_eq!(Mark::read(&bytes), Some(mark));
        for at in 0..100 {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert_eq!(Mark::read(&damaged), None, "byte {at}");
        }
        assert_eq!(Mark::read(&[0; 256]), None);
        assert_eq!(Mark::read(&[]), None);
    }
}
