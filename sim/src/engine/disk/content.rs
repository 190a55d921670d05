//! The bytes of one simulated file: sparse, so that 64 MiB of zeros cost nothing.

use std::collections::BTreeMap;

/// In bytes; as most file systems have it.
const PAGE: usize = 4_096;

/// Bytes, of which only the pages that were ever anything but zero take memory.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    len: u64,
    pages: BTreeMap<u64, Box<[u8; PAGE]>>,
}

impl Content {
    pub(super) const fn len(&self) -> u64 {
        self.len
    }

    /// Writes at an offset, and grows where needed. The end must be a number.
    pub(super) fn write(&mut self, offset: u64, bytes: &[u8]) {
        self.len = self.len.max(offset + bytes.len() as u64);
        for (page, within, piece) in pieces::<PAGE>(offset, bytes) {
            if piece.iter().all(|&byte| byte == 0) && !self.pages.contains_key(&page) {
                continue;
            }
            let page = self.pages.entry(page).or_insert_with(|| Box::new([0; PAGE]));
            page[within..within + piece.len()].copy_from_slice(piece);
        }
    }

    /// Copies what is stored into a buffer that stands at an offset; what lies behind the end stays as it is.
    pub(super) fn read(&self, offset: u64, out: &mut [u8]) {
        let end = offset + out.len() as u64;
        for (&page, bytes) in self.pages.range(offset / PAGE as u64..=end / PAGE as u64) {
            overlay(offset, out, page * PAGE as u64, &bytes[..]);
        }
    }

    /// Sets the length; what is cut off is zero if the file grows again.
    pub(super) fn cut(&mut self, len: u64) {
        self.len = len;
        let mut behind = self.pages.split_off(&(len / PAGE as u64));
        if let Some((page, mut bytes)) = behind.pop_first()
            && page == len / PAGE as u64
        {
            bytes[(len % PAGE as u64) as usize..].fill(0);
            self.pages.insert(page, bytes);
        }
    }
}

/// Lays bytes that stand at `at` over a buffer that stands at `offset`, where they meet.
pub(super) fn overlay(offset: u64, out: &mut [u8], at: u64, bytes: &[u8]) {
    let from = at.max(offset);
    let to = (at + bytes.len() as u64).min(offset + out.len() as u64);
    if from < to {
        let (target, source) = ((from - offset) as usize, (from - at) as usize);
        let len = (to - from) as usize;
        out[target..target + len].copy_from_slice(&bytes[source..source + len]);
    }
}

/// Cuts bytes at the multiples of `SIZE`: (which, where in it, the bytes).
pub(super) fn pieces<const SIZE: usize>(offset: u64, bytes: &[u8]) -> impl Iterator<Item = (u64, usize, &[u8])> {
    let mut rest = bytes;
    let mut at = offset;
    std::iter::from_fn(move || {
        let within = (at % SIZE as u64) as usize;
        let (piece, others) = rest.split_at(rest.len().min(SIZE - within));
        let which = at / SIZE as u64;
        (rest, at) = (others, at + piece.len() as u64);
        (!piece.is_empty()).then_some((which, within, piece))
    })
}
