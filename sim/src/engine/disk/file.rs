//! One simulated file: what is durable, and the changes that no sync has confirmed yet.

use std::collections::BTreeSet;

use super::{
    super::{
        choice::{Dice, Setting},
        faults::Fault,
    },
    content::{Content, overlay, pieces},
};

/// Written whole or not at all.
const SECTOR: usize = 512;

/// A file. Reads see the durable bytes with all changes laid over them.
#[derive(Debug, Default)]
pub(super) struct File {
    durable: Content,
    len: u64,
    changes: Vec<Change>,
    /// So many changes, from the front, will never be durable: their sync has failed. Reads still show them.
    ghosts: usize,
}

/// What a sync would make durable.
#[derive(Debug)]
enum Change {
    Write { offset: u64, bytes: Vec<u8> },
    Cut(u64),
}

impl File {
    pub(super) const fn len(&self) -> u64 {
        self.len
    }

    /// Writes at an offset, and grows where needed.
    pub(super) fn write(&mut self, offset: u64, bytes: Vec<u8>) {
        if !bytes.is_empty() {
            self.len = self.len.max(offset + bytes.len() as u64);
            self.changes.push(Change::Write { offset, bytes });
        }
    }

    /// Sets the length; new bytes are zero.
    pub(super) fn cut(&mut self, len: u64) {
        self.len = len;
        self.changes.push(Change::Cut(len));
    }

    /// At most `len` bytes from an offset, fewer at the end.
    pub(super) fn read(&self, offset: u64, len: u64) -> Vec<u8> {
        let end = offset.saturating_add(len).min(self.len);
        let mut out = vec![0; end.saturating_sub(offset) as usize];
        self.durable.read(offset, &mut out);
        for change in &self.changes {
            match change {
                Change::Write { offset: at, bytes } => overlay(offset, &mut out, *at, bytes),
                Change::Cut(len) => {
                    let kept = len.saturating_sub(offset).min(out.len() as u64) as usize;
                    out[kept..].fill(0);
                }
            }
        }
        out
    }

    /// Makes all changes durable, but those that an earlier sync has lost.
    pub(super) fn sync(&mut self) {
        for change in &self.changes[self.ghosts..] {
            match change {
                Change::Write { offset, bytes } => self.durable.write(*offset, bytes),
                Change::Cut(len) => self.durable.cut(*len),
            }
        }
        self.forget_changes(self.ghosts > 0);
    }

    /// The sync has failed: some of it is durable, the rest never will be.
    pub(super) fn fail_sync(&mut self, dice: &mut Dice<'_>) {
        self.settle(dice);
        self.forget_changes(true);
    }

    /// Only what is on the disk is left.
    pub(super) fn crash(&mut self, dice: &mut Dice<'_>) {
        self.settle(dice);
        self.forget_changes(false);
        self.len = self.durable.len();
    }

    /// Decides what of the unsynced changes reaches the disk. Sectors go in any order, but one sector only holds what
    /// was written to it up to some point: a later write is never there without an earlier one.
    fn settle(&mut self, dice: &mut Dice<'_>) {
        let mut lost = BTreeSet::new();
        for change in &self.changes[self.ghosts..] {
            match change {
                Change::Write { offset, bytes } => tear(&mut self.durable, *offset, bytes, &mut lost, dice),
                Change::Cut(len) if dice.fault(Fault::TornWrite, 1) == 0 => self.durable.cut(*len),
                Change::Cut(_) => {}
            }
        }
    }

    /// Done with all changes; reads may go on showing them.
    fn forget_changes(&mut self, still_shown: bool) {
        if !still_shown {
            self.changes.clear();
        }
        self.ghosts = self.changes.len();
    }
}

/// Writes what reaches the disk of one unsynced write, and remembers the sectors that did not get it.
fn tear(disk: &mut Content, offset: u64, bytes: &[u8], lost: &mut BTreeSet<u64>, dice: &mut Dice<'_>) {
    let end = offset + bytes.len() as u64;
    let sectors = end.div_ceil(SECTOR as u64) - offset / SECTOR as u64;
    let how = dice.fault(Fault::TornWrite, 3);
    // a tear in the middle: how many sectors are missing at the end, at least one
    let missing = if how == 2 { 1 + dice.pick(Setting::Sectors, sectors) } else { 0 };
    for (nth, (sector, within, piece)) in (0..).zip(pieces::<SECTOR>(offset, bytes)) {
        let kept = match how {
            0 => true,
            1 => false,
            2 => nth + missing < sectors,
            _ => dice.pick(Setting::Sectors, 2) == 0,
        };
        if kept && !lost.contains(&sector) {
            disk.write(sector * SECTOR as u64 + within as u64, piece);
        } else {
            lost.insert(sector);
        }
    }
}
