//! Blobs: bytes outside the ledger, named by what they are.

use serde::{Deserialize, Serialize};

use crate::kernel::{Digest, Int};

/// The largest blob, in bytes.
pub const BLOB_BYTES_MAX: u64 = 262_144;

/// A blob by content: SHA-256 of its bytes, and how many there are (1..=262,144).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, try_from = "Written")]
pub struct Blob {
    sha256: Digest,
    size: Int,
}

impl Blob {
    /// The blob of this digest; none if the size is not 1..=262,144 bytes.
    #[must_use]
    pub fn new(sha256: Digest, size: u64) -> Option<Self> {
        let size = Int::new(size).filter(|size| (1..=BLOB_BYTES_MAX).contains(&size.get()))?;
        Some(Self { sha256, size })
    }

    /// The blob that these bytes are; none if they are not 1..=262,144.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        Self::new(Digest::untagged(&[bytes]), bytes.len() as u64)
    }

    /// SHA-256 of the bytes.
    #[must_use]
    pub fn sha256(&self) -> Digest {
        self.sha256
    }

    /// How many bytes there are.
    #[must_use]
    pub fn size(&self) -> Int {
        self.size
    }
}

/// A blob's fields as they are written, with any size.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    sha256: Digest,
    size: Int,
}

impl TryFrom<Written> for Blob {
    type Error = &'static str;

    fn try_from(Written { sha256, size }: Written) -> Result<Self, Self::Error> {
        Self::new(sha256, size.get()).ok_or("a blob has 1..=262144 bytes")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blob_has_1_to_262_144_bytes() {
        let size = |size| Blob::new(Digest([1; 32]), size).map(|blob| blob.size().get());
        assert_eq!([size(0), size(1), size(262_144), size(262_145)], [None, Some(1), Some(262_144), None]);
        assert_eq!(Blob::of(&[]), None);
        assert_eq!(Blob::of(b"abc").map(|blob| blob.size().get()), Some(3));
    }
}
