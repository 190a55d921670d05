//! Writing a snapshot, a slice at a time: tables, receipts, foot. What comes next is remembered, not the slices.

use alloc::vec::Vec;

use serde::Serialize;

use super::{Foot, Kept, LANES_BYTES, Lanes, Name, PREFIX_DIGITS, Section, Written, checked};
use crate::{
    bug,
    kernel::{
        Digest, Int,
        canonical::{to_bytes, write_text},
        digest::{hex, hex_into},
        machine::Ledgered,
        node::receipts::{Receipt, Receipts},
        table::{AnyTable, Prefix, Tables as _},
    },
};

/// A snapshot that is being written.
#[derive(Debug)]
pub(super) struct Writing<M: Ledgered> {
    state: M::State,
    head: Written,
    /// The places of the rows to write, for each table; none: all rows.
    places: Option<Vec<Vec<Prefix>>>,
    next: Next,
    bytes: u64,
    check: Digest,
    rows: u64,
}

/// What comes next.
#[derive(Clone, Copy, Debug)]
enum Next {
    Head,
    /// The table of this number begins.
    Table(usize),
    /// Its rows from this place on.
    Rows(usize, Prefix),
    /// The lanes behind this one.
    Receipts(Option<Digest>),
    Foot,
    Name,
    Nothing,
}

/// What is to be done next.
pub(super) enum Slice {
    /// Write these bytes behind the others.
    Bytes(Vec<u8>),
    /// All is written: give the file its name.
    End,
    /// It has its name.
    Durable(Kept),
}

impl<M: Ledgered> Writing<M> {
    pub(super) fn new(state: M::State, head: Written, places: Option<Vec<Vec<Prefix>>>) -> Self {
        assert_eq!(head.base.is_some(), places.is_some(), "what lies on another snapshot holds changes");
        Self { state, head, places, next: Next::Head, bytes: 0, check: Digest::ZERO, rows: 0 }
    }

    /// How much of it was given so far.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn name(&self) -> Name {
        Name { size: self.head.size.get(), base: self.head.base.map(Int::get) }
    }

    /// The next slice, of about `most` bytes: it ends with the first row behind them.
    pub(super) fn next_slice(&mut self, receipts: &Receipts, most: u64) -> Slice {
        let most = most.clamp(1, u64::from(u32::MAX)) as usize;
        let mut out = Vec::with_capacity(most.min(SLICE_BYTES_USUAL));
        while out.len() < most {
            self.next = match self.next {
                Next::Head => {
                    let head = self.head.clone();
                    self.line(&head, &mut out);
                    Next::Table(0)
                }
                Next::Table(table) => self.begin_table(table, &mut out),
                Next::Rows(table, from) => self.write_rows(table, from, most, &mut out),
                Next::Receipts(behind) => {
                    let next = self.write_receipts(behind, receipts, most, &mut out);
                    if matches!(next, Next::Receipts(_)) {
                        self.next = next;
                        break;
                    }
                    next
                }
                Next::Foot => {
                    let foot = Foot { check: self.check, rows: Int::exact(self.rows) };
                    out.extend(to_bytes(&foot));
                    out.push(b'\n');
                    Next::Name
                }
                Next::Name | Next::Nothing => break,
            };
        }
        self.bytes += out.len() as u64;
        match self.next {
            Next::Nothing => Slice::Durable(Kept { name: self.name(), rows: self.rows }),
            Next::Name if out.is_empty() => {
                self.next = Next::Nothing;
                Slice::End
            }
            Next::Head | Next::Table(_) | Next::Rows(..) | Next::Receipts(_) | Next::Foot | Next::Name => {
                Slice::Bytes(out)
            }
        }
    }

    /// A line that the check covers.
    fn line(&mut self, value: &impl Serialize, out: &mut Vec<u8>) {
        let line = to_bytes(value);
        self.check = checked(&self.check, &line);
        out.extend(line);
        out.push(b'\n');
    }

    fn begin_table(&mut self, table: usize, out: &mut Vec<u8>) -> Next {
        let mut name = None;
        self.with_table(table, &mut |rows| name = Some(rows.name()));
        match name {
            None => Next::Receipts(None),
            Some(table_name) => {
                self.line(&Section { table: table_name }, out);
                Next::Rows(table, 0)
            }
        }
    }

    fn with_table(&self, table: usize, then: &mut dyn FnMut(&dyn AnyTable)) {
        let mut n = 0;
        self.state.each(&mut |rows| {
            if n == table {
                then(rows);
            }
            n += 1;
        });
    }

    fn write_rows(&mut self, table: usize, from: Prefix, most: usize, out: &mut Vec<u8>) -> Next {
        let (mut next, mut rows) = (Next::Table(table + 1), 0);
        let places = self.places.as_ref().map(|places| match places.get(table) {
            Some(places) => places.as_slice(),
            None => bug!("nobody noted what changed in table {table}"),
        });
        self.with_table(table, &mut |of| match places {
            None => {
                let mut last = None;
                of.rows_in(from..=Prefix::MAX, &mut |place, key, value| {
                    if out.len() >= most && last != Some(place) {
                        next = Next::Rows(table, place);
                        return false;
                    }
                    (last, rows) = (Some(place), rows + 1);
                    write_row(place, key, value, out);
                    true
                });
            }
            Some(places) => {
                for place in &places[places.partition_point(|place| *place < from)..] {
                    if out.len() >= most {
                        next = Next::Rows(table, *place);
                        return;
                    }
                    rows += write_place(of, *place, out);
                }
            }
        });
        self.rows += rows;
        next
    }

    /// The receipts of some lanes.
    fn write_receipts(&mut self, behind: Option<Digest>, all: &Receipts, most: usize, out: &mut Vec<u8>) -> Next {
        let mut packed = Vec::new();
        for (n, (lane, receipts)) in all.behind(behind).enumerate() {
            self.pack_lane(lane, receipts, &mut packed);
            let full = out.len() + 2 * packed.len() >= most || n == LANES_A_SLICE;
            if packed.len() >= LANES_BYTES || full {
                self.write_lanes(&mut packed, out);
            }
            if full {
                return Next::Receipts(Some(*lane));
            }
        }
        self.write_lanes(&mut packed, out);
        Next::Foot
    }

    /// The receipts of a lane that the snapshot below does not hold; nor those of entries behind this one, which will be replayed.
    fn pack_lane(&self, lane: &Digest, receipts: &[Receipt], packed: &mut Vec<u8>) {
        let seqs = self.head.base.map_or(0, Int::get)..self.head.size.get();
        let these = receipts.iter().filter(|receipt| seqs.contains(&receipt.seq()));
        let count = these.clone().count();
        if count > 0 {
            packed.extend_from_slice(&lane.0);
            packed.push(u8::try_from(count - 1).unwrap_or_else(|_| bug!("{count} receipts, of 256 slots")));
            these.for_each(|receipt| packed.extend_from_slice(&receipt.to_bytes()));
        }
    }

    fn write_lanes(&mut self, packed: &mut Vec<u8>, out: &mut Vec<u8>) {
        if !packed.is_empty() {
            let lanes = hex(packed);
            self.line(&Lanes { lanes: &lanes }, out);
            packed.clear();
        }
    }
}

/// So many lanes are looked through at once, be there something to write or not.
const LANES_A_SLICE: usize = 1 << 14;

/// A buffer for one slice, as it usually is.
const SLICE_BYTES_USUAL: usize = (1 << 20) + (1 << 16);

/// `["place","key",value]`.
fn write_row(place: Prefix, key: &str, value: &[u8], out: &mut Vec<u8>) {
    write_prefix(place, out);
    out.push(b',');
    write_text(key, out);
    out.push(b',');
    out.extend_from_slice(value);
    out.extend_from_slice(b"]\n");
}

/// `["place"`.
fn write_prefix(place: Prefix, out: &mut Vec<u8>) {
    let mut digits = [0; PREFIX_DIGITS];
    hex_into(&place.to_be_bytes(), &mut digits);
    out.extend_from_slice(b"[\"");
    out.extend_from_slice(&digits);
    out.push(b'"');
}

/// The rows at a place, or `["place"]` if there is none any more; gives how many lines that is.
fn write_place(table: &dyn AnyTable, place: Prefix, out: &mut Vec<u8>) -> u64 {
    let mut rows = 0;
    table.rows_in(place..=place, &mut |place, key, value| {
        rows += 1;
        write_row(place, key, value, out);
        true
    });
    if rows == 0 {
        write_prefix(place, out);
        out.extend_from_slice(b"]\n");
        rows = 1;
    }
    rows
}
