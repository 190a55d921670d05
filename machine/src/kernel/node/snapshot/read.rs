//! Reading a chain of snapshots back: all files at once, each in the order of places, and of several rows at one place the newest.
//!
//! Every row's bytes are hashed as they stand; the tables' digests are made of these hashes. So if the state root is right, every
//! byte of every row was.

use alloc::{borrow::Cow, collections::BinaryHeap, format, string::String, vec::Vec};
use core::{cmp::Reverse, ops::Range};

use super::{Foot, Kept, Lanes, Name, PREFIX_DIGITS, Section, VERSION, Written, checked};
use crate::{
    bug,
    kernel::{
        Digest, Int,
        canonical::from_bytes,
        digest::{unhex, unhex_all},
        machine::Ledgered,
        merkle::Frontier,
        node::{
            lines::{Lines, Next},
            receipts::{Receipt, Receipts},
        },
        table::{AnyTable, Prefix, Tables as _, state_root},
    },
};

/// How much one read of a snapshot asks for: a chain is read through as many windows as it has files.
const READ_BYTES: u64 = 1 << 18;

/// What the first line of a snapshot file says.
#[derive(Clone, Debug)]
pub(in super::super) struct Head {
    pub(in super::super) name: Name,
    /// Where the line of the last entry stands.
    pub(in super::super) segment: u64,
    pub(in super::super) offset: u64,
    /// A digest of the numbers of the segments before.
    pub(in super::super) segments: Digest,
    /// The tree before that entry.
    pub(in super::super) tree: Frontier,
}

impl Head {
    /// Reads the first line of a file's beginning; it must be of this ledger, and what the file's name says.
    pub(in super::super) fn read(bytes: &[u8], name: Name, origin: &str) -> Option<Self> {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let head: Written = from_bytes(&bytes[..end]).ok()?;
        let Written { base, offset, peaks, segment, segments, size, .. } = head;
        let tree = Frontier::from_parts(size.get().checked_sub(1)?, peaks)?;
        let found = Name { size: size.get(), base: base.map(Int::get) };
        let fits = head.v == Int::from(VERSION) && head.origin == origin && found == name;
        let (segment, offset) = (segment.get(), offset.get());
        (fits && segment < name.size).then_some(Self { name, segment, offset, segments, tree })
    }
}

/// Reads a chain of files into a state and receipts.
#[derive(Debug)]
pub(in super::super) struct Loader<M: Ledgered> {
    state: M::State,
    receipts: Receipts,
    /// The newest first.
    files: Vec<File>,
    /// The number of the table that is being read.
    table: usize,
    /// The place whose rows are being read, and the newest file that has it.
    place: Option<(Prefix, usize)>,
    in_receipts: bool,
}

/// One file of the chain.
#[derive(Debug)]
struct File {
    name: Name,
    len: u64,
    lines: Lines,
    item: Item,
    check: Digest,
    rows: u64,
    /// The place that was read last.
    last: Prefix,
}

/// What a file holds next.
#[derive(Debug)]
enum Item {
    /// Not read yet.
    Unread,
    /// A row at this place, or that none is left there.
    Row(Prefix, Range<usize>),
    /// Any other line.
    Other(Range<usize>),
    /// The foot was read.
    End,
}

/// What a loader needs or has.
pub(in super::super) enum Step {
    /// Bytes of a file: (file, offset, length).
    Read(String, u64, u64),
    /// Everything is read.
    Loaded,
}

impl<M: Ledgered> Loader<M> {
    /// A loader of these files (the newest last) with their lengths.
    pub(in super::super) fn new(chain: &[(Name, u64)]) -> Self {
        let file = |(name, len): &(Name, u64)| File {
            name: *name,
            len: *len,
            // a row may be as long as a machine's state
            lines: Lines::from(0, u32::MAX as usize),
            item: Item::Unread,
            check: Digest::ZERO,
            rows: 0,
            last: 0,
        };
        let files = chain.iter().rev().map(file).collect();
        let (state, receipts) = (M::State::default(), Receipts::default());
        Self { state, receipts, files, table: 0, place: None, in_receipts: false }
    }

    /// Takes bytes that were asked for.
    pub(in super::super) fn feed(&mut self, bytes: &[u8]) {
        let Some(file) = self.files.iter_mut().find(|file| matches!(file.item, Item::Unread)) else {
            bug!("{} bytes come that no file waits for", bytes.len())
        };
        file.lines.feed(bytes);
        if bytes.is_empty() {
            // it is shorter than it was listed
            file.len = file.lines.wanted_from();
        }
    }

    /// Goes on as far as the bytes at hand allow.
    ///
    /// # Errors
    /// What is not as a snapshot is written.
    pub(in super::super) fn step(&mut self) -> Result<Step, String> {
        loop {
            for file in &mut self.files {
                if matches!(file.item, Item::Unread) && !file.advance()? {
                    let (offset, name) = (file.lines.wanted_from(), file.name.file());
                    return Ok(Step::Read(name, offset, READ_BYTES));
                }
            }
            if self.files.iter().all(|file| matches!(file.item, Item::End)) {
                return Ok(Step::Loaded);
            }
            if !self.is_in_table() {
                self.next_section()?;
            } else {
                self.read_rows()?;
            }
        }
    }

    /// Whether a file has a row next: then all are in one table.
    fn is_in_table(&self) -> bool {
        self.files.iter().any(|file| matches!(file.item, Item::Row(..)))
    }

    /// Every file is at the end of a table's rows: into the next table, or through the receipts.
    fn next_section(&mut self) -> Result<(), String> {
        if self.files.iter().any(|file| file.check == Digest::ZERO) {
            // the first line, which was read before: it is hashed with the others
            return self.files.iter_mut().try_for_each(|file| file.other().map(|line| file.take_checked(&line)));
        }
        let (mut name, mut n, table) = (None, 0, self.table);
        if !self.in_receipts {
            self.state.each_mut(&mut |rows| {
                if n == table {
                    name = Some(rows.name());
                }
                n += 1;
            });
        }
        match name {
            Some(name) => {
                self.files.iter_mut().try_for_each(|file| file.begin_table(name))?;
                (self.table, self.place) = (self.table + 1, None);
            }
            None => {
                self.in_receipts = true;
                let receipts = &mut self.receipts;
                self.files.iter_mut().try_for_each(|file| file.read_receipts(receipts))?;
            }
        }
        Ok(())
    }

    /// Takes rows of the table until one of the files has nothing at hand, or until the table ends.
    fn read_rows(&mut self) -> Result<(), String> {
        let Self { state, files, table, place, .. } = self;
        let (mut result, mut n) = (Ok(()), 0);
        state.each_mut(&mut |rows| {
            n += 1;
            if n == *table {
                result = take_rows(files, place, rows);
            }
        });
        result
    }

    /// The state, its root, the receipts, and what the files are.
    pub(in super::super) fn loaded(mut self) -> (M::State, Digest, Receipts, Vec<Kept>) {
        self.state.each_mut(&mut |table| table.loaded());
        let root = state_root(&mut self.state);
        let chain = self.files.iter().rev().map(|file| Kept { name: file.name, rows: file.rows }).collect();
        (self.state, root, self.receipts, chain)
    }
}

/// Takes the rows of the files in the order of their places, until a file must be read before it is known which comes next, or until
/// no row is left. Of several at one place the first file's, which is the newest, is the one that counts: `place` notes which that is.
fn take_rows(files: &mut [File], place: &mut Option<(Prefix, usize)>, table: &mut dyn AnyTable) -> Result<(), String> {
    assert!(files.iter().all(|file| !matches!(file.item, Item::Unread)), "rows are taken once each file has its next");
    let next = |file: &File, at| file.place().map(|place| Reverse((place, at)));
    let mut ahead: BinaryHeap<_> = files.iter().zip(0..).filter_map(|(file, at)| next(file, at)).collect();
    while let Some(Reverse((here, at))) = ahead.pop() {
        if place.is_none_or(|(known, _)| known != here) {
            *place = Some((here, at));
        }
        files[at].take_row(table, *place == Some((here, at)))?;
        if matches!(files[at].item, Item::Unread) {
            break;
        }
        ahead.extend(next(&files[at], at));
    }
    Ok(())
}

impl File {
    /// The place of the next row, if that is what comes next.
    fn place(&self) -> Option<Prefix> {
        match &self.item {
            Item::Row(place, _) => Some(*place),
            Item::Unread | Item::Other(_) | Item::End => None,
        }
    }

    /// Reads the next item from the bytes at hand; false if there are too few.
    fn advance(&mut self) -> Result<bool, String> {
        let at_end = self.lines.wanted_from() >= self.len;
        let line = match self.lines.next(at_end) {
            Next::Line(line) => line,
            Next::More => return Ok(false),
            Next::End => return Err(self.wrong("it has no foot")),
            Next::Bad(reason) => return Err(self.wrong(&reason)),
        };
        let bytes = self.lines.bytes(&line);
        if bytes.first() != Some(&b'[') {
            self.item = Item::Other(line);
            return Ok(true);
        }
        let place = place_of(bytes).ok_or_else(|| self.wrong("a row is none"))?;
        if place < self.last {
            return Err(self.wrong("its rows are not in order"));
        }
        (self.last, self.rows) = (place, self.rows + 1);
        self.item = Item::Row(place, line);
        Ok(true)
    }

    /// Takes the row: into the table, if this file is the newest that has its place.
    fn take_row(&mut self, table: &mut dyn AnyTable, is_newest: bool) -> Result<(), String> {
        if let (Item::Row(at, line), true) = (&self.item, is_newest)
            && let Some((key, value)) = row_of(self.lines.bytes(line)).ok_or_else(|| self.wrong("a row is none"))?
        {
            let place = table.load(&key, value);
            place.filter(|place| place == at).ok_or_else(|| self.wrong("a row is none of its table"))?;
        }
        self.item = Item::Unread;
        self.advance().map(drop)
    }

    /// Takes the first line of a table's rows.
    fn begin_table(&mut self, name: &str) -> Result<(), String> {
        let line = self.other()?;
        let section: Option<Section<'_>> = serde_json::from_slice(self.lines.bytes(&line)).ok();
        if section.is_none_or(|section| section.table != name) {
            return Err(self.wrong(&format!("the rows of {name} are missing")));
        }
        self.take_checked(&line);
        self.last = 0;
        Ok(())
    }

    /// Takes receipts as far as there are bytes at hand, and the foot.
    fn read_receipts(&mut self, receipts: &mut Receipts) -> Result<(), String> {
        while !matches!(self.item, Item::End) {
            self.read_lane(receipts)?;
            if matches!(self.item, Item::Unread) && !self.advance()? {
                break;
            }
        }
        Ok(())
    }

    /// Takes the receipts of a lane, or the foot.
    fn read_lane(&mut self, receipts: &mut Receipts) -> Result<(), String> {
        let line = self.other()?;
        let bytes = self.lines.bytes(&line);
        if bytes.starts_with(b"{\"check\"") {
            let foot: Foot = from_bytes(bytes).map_err(|_| self.wrong("its foot is none"))?;
            let whole = foot.check == self.check && foot.rows.get() == self.rows && self.lines.offset() == self.len;
            self.item = Item::End;
            return whole.then_some(()).ok_or_else(|| self.wrong("it does not hold what its foot says"));
        }
        let lanes: Option<Lanes<'_>> = serde_json::from_slice(bytes).ok();
        let kept = lanes.and_then(|Lanes { lanes }| unpack(&unhex_all(lanes)?, self.name.size, receipts));
        kept.ok_or_else(|| self.wrong("receipts are none"))?;
        self.take_checked(&line);
        Ok(())
    }

    /// The next line, which is to be no row.
    fn other(&self) -> Result<Range<usize>, String> {
        match &self.item {
            Item::Other(line) => Ok(line.clone()),
            Item::Unread | Item::Row(..) | Item::End => Err(self.wrong("a row stands in the wrong place")),
        }
    }

    fn take_checked(&mut self, line: &Range<usize>) {
        self.check = checked(&self.check, self.lines.bytes(line));
        self.item = Item::Unread;
    }

    fn wrong(&self, what: &str) -> String {
        format!("{}: {what}", self.name.file())
    }
}

/// Keeps the receipts of lanes one after another; none if they are no such, or if one is of an entry behind the snapshot.
fn unpack(mut packed: &[u8], size: u64, receipts: &mut Receipts) -> Option<()> {
    while let Some((lane, rest)) = packed.split_first_chunk() {
        let (count, rest) = rest.split_first()?;
        let (these, rest) = rest.split_at_checked((usize::from(*count) + 1) * size_of::<Receipt>())?;
        for bytes in these.as_chunks().0 {
            let receipt = Receipt::from_bytes(*bytes);
            (receipt.seq() < size).then(|| receipts.keep(Digest(*lane), receipt))?;
        }
        packed = rest;
    }
    packed.is_empty().then_some(())
}

/// The place in the line `["place","key",value]` or `["place"]`.
fn place_of(line: &[u8]) -> Option<Prefix> {
    let digits = line.strip_prefix(b"[\"")?.get(..PREFIX_DIGITS)?;
    unhex(digits).map(Prefix::from_be_bytes)
}

/// Key and value in such a line: none outside if it is no such line, none inside if the row is gone.
fn row_of(line: &[u8]) -> Option<Option<(Cow<'_, str>, &[u8])>> {
    let behind = line.get(PREFIX_DIGITS + 2..)?.strip_prefix(b"\"")?;
    if behind == b"]" {
        return Some(None);
    }
    let rest = behind.strip_prefix(b",")?;
    let mut end = 1 + memchr::memchr(b'"', rest.get(1..)?)?;
    while rest[..end].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1 {
        // this quotation mark belongs to the key
        end += 1 + memchr::memchr(b'"', rest.get(end + 1..)?)?;
    }
    let (key, value) = rest.split_at(end + 1);
    Some(Some((text_of(key)?, value.strip_prefix(b",")?.strip_suffix(b"]")?)))
}

/// The text of a JSON string. Nearly no key has anything to unescape.
fn text_of(quoted: &[u8]) -> Option<Cow<'_, str>> {
    let [b'"', plain @ .., b'"'] = quoted else { return None };
    if plain.contains(&b'\\') {
        serde_json::from_slice(quoted).ok().map(Cow::Owned)
    } else {
        core::str::from_utf8(plain).ok().map(Cow::Borrowed)
    }
}
