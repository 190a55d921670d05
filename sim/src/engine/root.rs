//! The run root: one running SHA-256 over everything that happened, by which two runs are told apart.
//!
//! One hash of all records, not a hash of hashes: that would cost twice as much. Records are gathered in one buffer
//! and hashed in bulk. A record is: length (4 bytes), time (8), kind, outcome, from (4), to (4), then fields of length
//! (4) and bytes: what came in, then each note. All numbers are little-endian.

use machine::kernel::digest::Digest;
use sha2::{Digest as _, Sha256};

use super::{
    event::{EventKind, InputOutcome},
    process::{Micros, ProcessId},
};

/// Version of the records, of the choices' keys and of what the engine does with them: runs of different formats have
/// nothing to do with each other.
pub const FORMAT: u32 = 1;

/// After how many events the root so far is noted.
pub const MARK_EVERY: u64 = 1_024;

/// From so many bytes on, the buffer is hashed and begun anew.
const BULK: usize = 4_096;

/// Where a record has its outcome, which is known only at its end.
const OUTCOME_AT: usize = 13;

/// A root under construction.
#[derive(Debug)]
pub(super) struct Root {
    hash: Sha256,
    /// Whole records, of which the first may be hashed already.
    buffer: Vec<u8>,
    /// Up to where the buffer is in the hash.
    hashed: usize,
    /// Where the latest record starts.
    record: usize,
    events: u64,
    marks: Vec<Digest>,
}

impl Root {
    pub(super) fn new() -> Self {
        let hash = Sha256::new_with_prefix(format!("sim/run/v{FORMAT}\n"));
        Self { hash, buffer: Vec::with_capacity(2 * BULK), hashed: 0, record: 0, events: 0, marks: Vec::new() }
    }

    /// Begins the record of an event.
    #[inline]
    pub(super) fn begin(&mut self, time: Micros, (kind, from, to): (EventKind, ProcessId, ProcessId)) {
        if self.buffer.len() >= BULK {
            self.hash_pending();
            self.buffer.clear();
            self.hashed = 0;
        }
        self.record = self.buffer.len();
        let mut header = [0; 22];
        header[4..12].copy_from_slice(&time.to_le_bytes());
        header[12] = kind as u8;
        header[14..18].copy_from_slice(&from.0.to_le_bytes());
        header[18..].copy_from_slice(&to.0.to_le_bytes());
        self.buffer.extend_from_slice(&header);
    }

    /// Adds a field: whatever `write` appends.
    #[inline]
    pub(super) fn field(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let at = self.buffer.len();
        self.buffer.extend_from_slice(&[0; 4]);
        write(&mut self.buffer);
        self.set_length(at);
    }

    /// Ends the record of the event under way.
    #[inline]
    pub(super) fn end(&mut self, outcome: InputOutcome) {
        self.buffer[self.record + OUTCOME_AT] = outcome as u8;
        self.set_length(self.record);
        self.events += 1;
        if self.events.is_multiple_of(MARK_EVERY) {
            self.hash_pending();
            self.marks.push(Digest(self.hash.clone().finalize().into()));
        }
    }

    /// The latest record's bytes.
    pub(super) fn record(&self) -> &[u8] {
        &self.buffer[self.record..]
    }

    /// The root of everything so far.
    pub(super) fn digest(&mut self) -> Digest {
        self.hash_pending();
        Digest(self.hash.clone().finalize().into())
    }

    /// The root after each 1,024 events.
    pub(super) fn marks(&self) -> &[Digest] {
        &self.marks
    }

    /// Brings the hash up to the buffer's end.
    fn hash_pending(&mut self) {
        self.hash.update(&self.buffer[self.hashed..]);
        self.hashed = self.buffer.len();
    }

    /// Writes the length of what follows it into the four bytes that were left free for it.
    #[inline]
    fn set_length(&mut self, at: usize) {
        // a record of 4 GiB or more would not fit into memory beside its message
        let length = (self.buffer.len() - at - 4) as u32;
        self.buffer[at..at + 4].copy_from_slice(&length.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Records<'a> = &'a [(u64, &'a [u8], &'a [&'a [u8]])];

    fn root_of(records: Records<'_>) -> Digest {
        let mut root = Root::new();
        for (time, input, notes) in records {
            root.begin(*time, (EventKind::Message, ProcessId(1), ProcessId(2)));
            root.field(|out| out.extend_from_slice(input));
            notes.iter().for_each(|note| root.field(|out| out.extend_from_slice(note)));
            root.end(InputOutcome::Halted);
        }
        root.digest()
    }

    #[test]
    fn is_the_plain_hash_of_the_documented_bytes() {
        let mut bytes = b"sim/run/v1\n".to_vec();
        bytes.extend([0x1d, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 2, 4, 1, 0, 0, 0, 2, 0, 0, 0]);
        bytes.extend([2, 0, 0, 0, b'h', b'i', 1, 0, 0, 0, b'!']);
        assert_eq!(root_of(&[(7, b"hi", &[b"!"])]), Digest::untagged(&[&bytes]));
    }

    #[test]
    fn bytes_cannot_move_between_fields_or_records() {
        let roots = [
            root_of(&[(1, b"ab", &[b"c"])]),
            root_of(&[(1, b"a", &[b"bc"])]),
            root_of(&[(1, b"abc", &[])]),
            root_of(&[(1, b"abc", &[b""])]),
            root_of(&[(1, b"a", &[]), (1, b"bc", &[])]),
        ];
        let unique: std::collections::BTreeSet<_> = roots.iter().collect();
        assert_eq!(unique.len(), roots.len());
    }

    #[test]
    fn bulk_hashing_and_marks_change_nothing() {
        let (mut root, mut plain) = (Root::new(), Sha256::new_with_prefix("sim/run/v1\n"));
        for event in 0..3 * MARK_EVERY {
            root.begin(event, (EventKind::Timer, ProcessId(0), ProcessId(0)));
            root.field(|out| out.extend_from_slice(&vec![1; (event % 700) as usize]));
            root.end(InputOutcome::Taken);
            plain.update(root.record());
            if (event + 1) % MARK_EVERY == 0 {
                assert_eq!(root.marks().last(), Some(&Digest(plain.clone().finalize().into())));
            }
        }
        assert_eq!(root.marks().len(), 3);
        assert_eq!(root.digest(), Digest(plain.finalize().into()));
    }
}
