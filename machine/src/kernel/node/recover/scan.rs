//! The end of the last segment: where the lines end that were written whole, what a crash tore, and making the rest durable.
//!
//! Lines that were found here are written again before they are synced. Syncing alone is not enough: after a sync that failed, an
//! operating system may hold pages for clean that the disk never got, so that reads show them, and the next sync has nothing to do.

use alloc::{
    format,
    string::{String, ToString as _},
};

use super::{Recovery, Stage};
use crate::{
    bug,
    kernel::{
        Digest,
        entry::{LINE_BYTES_MAX, Outline},
        files::FileOp,
        machine::{Ledgered, Verifier},
        node::{
            Halt, Node, Purpose, Torn,
            group::segment_file,
            lines::{Lines, Next},
            mark::{self, Mark},
            seal,
        },
    },
};

/// Looking for the end of the lines.
#[derive(Debug)]
pub(super) struct Scan {
    /// The last segment.
    first: u64,
    len: u64,
    lines: Lines,
    /// The next line's number, and the hash before it, if a line was read before.
    seq: u64,
    prev: Option<Digest>,
    /// Where the mark says that a line ends, if it does and that was not looked at yet.
    joint: Option<u64>,
    /// Up to here the lines were written again.
    settled: u64,
}

/// Moving what a crash tore into a file of its own.
#[derive(Debug)]
pub(super) struct Copying {
    first: u64,
    len: u64,
    /// Where it begins in the segment, and up to where it was read.
    from: u64,
    read: u64,
    torn: Torn,
}

/// What is wrong with the next line.
enum Wrong {
    /// It was not written whole.
    Torn(String),
    /// It was, and is not the next entry.
    Foreign(String),
}

impl Scan {
    /// A scan of the last segment, from the mark on if that is in there.
    fn new(&(first, len): &(u64, u64), mark: Option<Mark>) -> Self {
        let mark = mark.filter(|mark| mark.segment == first);
        let (seq, settled) = mark.map_or((first, 0), |mark| (mark.size, mark.end));
        // the byte before the mark is to be the end of a line
        let lines = Lines::from(settled.saturating_sub(1), LINE_BYTES_MAX);
        Self { first, len, lines, seq, prev: None, joint: settled.checked_sub(1), settled }
    }

    /// Whether this is the next line, as far as can be seen without applying it.
    fn judge(&self, line: &[u8]) -> Result<Digest, Wrong> {
        let outline =
            Outline::read(line).ok_or_else(|| Wrong::Torn("a line that was not written whole".to_string()))?;
        if outline.seq != self.seq {
            return Err(Wrong::Foreign(format!("the whole line of entry {} stands here", outline.seq)));
        }
        match self.prev {
            Some(prev) if prev != outline.prev => {
                Err(Wrong::Foreign(format!("the line follows {}, and {prev} is before it", outline.prev)))
            }
            Some(_) | None => Ok(outline.hash),
        }
    }

    fn halt(&self, reason: String) -> Halt {
        Halt { file: segment_file(self.first), offset: self.lines.offset(), seq: self.seq, reason }
    }
}

impl<M: Ledgered> Recovery<M> {
    /// A name for what is set aside that is not taken yet.
    fn torn_file(&self, seq: u64) -> String {
        let plain = format!("torn-{seq:016}");
        if self.len_of(&plain).is_none() {
            return plain;
        }
        let mut names = (1..=self.listing.len()).map(|n| format!("{plain}.{n}"));
        names.find(|name| self.len_of(name).is_none()).unwrap_or_else(|| bug!("more files are taken than there are"))
    }
}

impl<M: Ledgered, V: Verifier<M>> Node<M, V> {
    /// Mark and checkpoint are known: begins with the last segment.
    pub(super) fn scan(&mut self, recovery: &mut Recovery<M>) -> Result<(), Halt> {
        recovery.check()?;
        match recovery.segments.last() {
            Some(last) => {
                let scan = Scan::new(last, recovery.mark);
                self.scan_on(recovery, scan)
            }
            None => self.scanned(recovery, 0, 0),
        }
    }

    fn scan_on(&mut self, recovery: &mut Recovery<M>, mut scan: Scan) -> Result<(), Halt> {
        self.write_again(&mut scan);
        let (file, offset) = (segment_file(scan.first), scan.lines.wanted_from());
        recovery.stage = Stage::Scan(scan);
        self.read_on(file, offset, self.config.read_bytes)
    }

    pub(super) fn scan_read(&mut self, recovery: &mut Recovery<M>, mut scan: Scan, bytes: &[u8]) -> Result<(), Halt> {
        scan.lines.feed(bytes);
        let at_end = bytes.is_empty() || scan.lines.wanted_from() >= scan.len;
        loop {
            let offset = scan.lines.offset();
            let wrong = match scan.lines.next(at_end) {
                Next::More => return self.scan_on(recovery, scan),
                Next::End => {
                    self.write_again(&mut scan);
                    let (size, end) = (scan.seq, scan.lines.offset());
                    return self.scanned(recovery, size, end);
                }
                Next::Bad(reason) => Wrong::Torn(reason),
                Next::Line(line) if scan.joint.take() == Some(offset) => {
                    if line.is_empty() {
                        continue;
                    }
                    return Err(scan.halt(format!("byte {offset} is no line's end, though the mark says so")));
                }
                Next::Line(line) => match scan.judge(scan.lines.bytes(&line)) {
                    Ok(hash) => {
                        (scan.seq, scan.prev) = (scan.seq + 1, Some(hash));
                        continue;
                    }
                    Err(wrong) => wrong,
                },
            };
            return self.scan_stopped(recovery, scan, offset, wrong);
        }
    }

    /// The lines end here, but the file does not.
    fn scan_stopped(
        &mut self,
        recovery: &mut Recovery<M>,
        mut scan: Scan,
        offset: u64,
        wrong: Wrong,
    ) -> Result<(), Halt> {
        let halt = |reason| Err(Halt { file: segment_file(scan.first), offset, seq: scan.seq, reason });
        let reason = match wrong {
            Wrong::Foreign(reason) => return halt(reason),
            Wrong::Torn(reason) if scan.seq < recovery.known() || scan.joint.is_some() => return halt(reason),
            Wrong::Torn(reason) => reason,
        };
        scan.lines.stop_at(offset);
        self.write_again(&mut scan);
        let torn = Torn { file: recovery.torn_file(scan.seq), bytes: 0, seq: scan.seq, reason };
        self.ask(FileOp::Create { file: torn.file.clone(), len: 0 }, Purpose::Step);
        let copying = Copying { first: scan.first, len: scan.len, from: offset, read: offset, torn };
        self.copy_on(recovery, copying)
    }

    /// Writes the lines again that were found since the last time.
    fn write_again(&mut self, scan: &mut Scan) {
        let (offset, end) = (scan.settled, scan.lines.offset());
        if offset < end {
            let bytes = scan.lines.given_from(offset).to_vec();
            assert_eq!(offset + bytes.len() as u64, end, "what is written again are the lines just found");
            scan.settled = end;
            self.ask(FileOp::WriteAt { file: segment_file(scan.first), offset, bytes }, Purpose::Step);
        }
    }

    fn copy_on(&mut self, recovery: &mut Recovery<M>, copying: Copying) -> Result<(), Halt> {
        let (file, offset) = (segment_file(copying.first), copying.read);
        recovery.stage = Stage::Copy(copying);
        self.read_on(file, offset, self.config.read_bytes)
    }

    /// Copies up to the last byte that is not zero.
    pub(super) fn copy_read(
        &mut self,
        recovery: &mut Recovery<M>,
        mut copying: Copying,
        bytes: &[u8],
    ) -> Result<(), Halt> {
        let offset = copying.read - copying.from;
        copying.read += bytes.len() as u64;
        let file = copying.torn.file.clone();
        if let Some(last) = bytes.iter().rposition(|byte| *byte != 0) {
            copying.torn.bytes = offset + last as u64 + 1;
            self.ask(FileOp::WriteAt { file: file.clone(), offset, bytes: bytes[..=last].to_vec() }, Purpose::Step);
        }
        if !bytes.is_empty() && copying.read < copying.len {
            return self.copy_on(recovery, copying);
        }
        recovery.stage = Stage::Copied(copying);
        self.ask(FileOp::Sync { file }, Purpose::Recovery);
        Ok(())
    }

    /// The copy is durable: now its name.
    #[expect(clippy::unnecessary_wraps, reason = "every step of recovery ends with a result")]
    pub(super) fn copied(&mut self, recovery: &mut Recovery<M>, copying: Copying) -> Result<(), Halt> {
        recovery.stage = Stage::Named(copying);
        self.ask(FileOp::SyncDir, Purpose::Recovery);
        Ok(())
    }

    /// Copy and name are durable: only now the torn end may go.
    pub(super) fn cut_torn(&mut self, recovery: &mut Recovery<M>, copying: Copying) -> Result<(), Halt> {
        let Copying { first, from, torn, .. } = copying;
        let file = segment_file(first);
        self.ask(FileOp::Cut { file: file.clone(), len: from }, Purpose::Step);
        self.ask(FileOp::Cut { file, len: self.config.segment_bytes.max(from) }, Purpose::Step);
        let seq = torn.seq;
        recovery.torn = Some(torn);
        self.scanned(recovery, seq, from)
    }

    /// It is known how many entries there are: makes them durable.
    fn scanned(&mut self, recovery: &mut Recovery<M>, size: u64, end: u64) -> Result<(), Halt> {
        let known = recovery.known();
        if size < known {
            let reason = format!("{known} entries were durable, {size} are left");
            return Err(Halt { file: seal::FILE.to_string(), offset: 0, seq: size, reason });
        }
        (recovery.size, recovery.end) = (size, end);
        if size == 0 {
            return self.settled(recovery);
        }
        let Some((first, _)) = recovery.segments.last() else { bug!("{size} entries were found in no segment") };
        if recovery.len_of(mark::FILE).is_none() {
            self.ask(Mark::create(), Purpose::Step);
        }
        self.ask(FileOp::Sync { file: segment_file(*first) }, Purpose::Step);
        recovery.stage = Stage::Settle;
        self.ask(FileOp::SyncDir, Purpose::Recovery);
        Ok(())
    }
}
