//! All tables of a state together: the rows that an entry changed, the state root, and rows out and in for snapshots.

use alloc::vec::Vec;
use core::ops::{Range, RangeInclusive};

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use smallvec::SmallVec;

use super::{Before, KeyText, Leaf, Link, Locate as _, Row, Table, place, read_key};
use crate::{
    bug,
    kernel::{canonical, digest::Digest, tags},
};

/// A table without its row type: what the kernel needs of each.
pub trait AnyTable {
    /// The table's name.
    fn name(&self) -> &'static str;
    /// How many rows there are.
    fn rows(&self) -> u64;
    /// Its digest; recomputes what changed.
    fn digest(&mut self) -> Digest;
    /// Forgets what was changed: the next entry begins.
    fn begin(&mut self);
    /// Puts every row that was touched since [`AnyTable::begin`] back to what it was then.
    fn undo(&mut self);
    /// Adds the rows that changed since [`AnyTable::begin`], net, as the items of the list that the delta hashes, each
    /// with a comma behind it, sorted by key bytes. The bytes written are those that a row's digest is made of, so that is
    /// made here too.
    fn changed(&mut self, out: &mut Vec<u8>);
    /// Calls `each` with the prefix of the place of every row that was touched since [`AnyTable::begin`].
    fn touched(&self, each: &mut dyn FnMut(Prefix));
    /// Calls `each` with every row whose place has a prefix in this range (prefix, key, canonical value), in the order of the places,
    /// until it says false.
    fn rows_in(&self, range: RangeInclusive<Prefix>, each: &mut dyn FnMut(Prefix, &str, &[u8]) -> bool);
    /// Takes a row that a snapshot held, as the one whose place comes next, and gives the place's prefix; none if the row is not of this
    /// table's types, or not the next. Whether the bytes are the row's canonical ones, the digest tells, which is made of them.
    /// Nothing is noted as changed.
    fn load(&mut self, key: &str, value: &[u8]) -> Option<Prefix>;
    /// All rows of a snapshot were taken: from here on they are the table's rows. It must have had none.
    fn loaded(&mut self);
    /// [`Table::prove`] by the key's text; none if the text is no key of this table.
    fn prove_text(&mut self, key: &str) -> Option<super::Proof>;
    /// The canonical value under a key's text.
    fn value_text(&self, key: &str) -> Option<Vec<u8>>;
    /// [`Table::assert_valid`].
    fn assert_valid(&self);
    /// Writes a row past the module that owns the table, for tests; false if it is not of this table's types.
    #[cfg(test)]
    fn plant(&mut self, key: &str, value: &[u8]) -> bool;
}

/// A state that consists of tables and of nothing else that is hashed.
pub trait Tables {
    /// Calls `each` with every table, in the order of their names.
    fn each(&self, each: &mut dyn FnMut(&dyn AnyTable));
    /// The same, to change them.
    fn each_mut(&mut self, each: &mut dyn FnMut(&mut dyn AnyTable));
}

impl<R: Row> AnyTable for Table<R> {
    fn name(&self) -> &'static str {
        R::TABLE
    }

    fn rows(&self) -> u64 {
        Self::rows(self)
    }

    fn digest(&mut self) -> Digest {
        Self::digest(self)
    }

    fn begin(&mut self) {
        self.forget_changes();
    }

    fn undo(&mut self) {
        let stood = |rows: i64, seen: &Before<R>| rows + i64::from(seen.old.is_some()) - i64::from(seen.new.is_some());
        let before = self.before.iter().fold(0, stood);
        let rows = self.rows.checked_add_signed(before);
        for Before { key, old, .. } in core::mem::take(&mut self.before) {
            match old {
                Some(leaf) => self.restore(leaf),
                None => self.remove(&key),
            }
        }
        assert_eq!(Some(self.rows), rows, "{}: rows after an entry was undone", R::TABLE);
        self.forget_changes();
    }

    fn changed(&mut self, out: &mut Vec<u8>) {
        if self.before.is_empty() {
            return;
        }
        let changed = self.before.iter().filter(|seen| seen.old_row() != seen.new_row());
        let mut rows: SmallVec<[_; 4]> = changed.collect();
        if rows.len() > 1 {
            rows.sort_by_cached_key(|seen| KeyText::of(&seen.key).0);
        }
        for seen in rows {
            let value = write_change(R::TABLE, &KeyText::of(&seen.key), seen.new_row(), out);
            assert_eq!(seen.new.is_none(), value.is_empty(), "{}: a row's value is not empty", R::TABLE);
            if let (Some(place), Some(_)) = (seen.place, &seen.new) {
                self.root.know(&place, &Digest::untagged(&[&out[value]]));
            }
        }
    }

    fn touched(&self, each: &mut dyn FnMut(Prefix)) {
        for Before { key, place, .. } in &self.before {
            each(prefix(&place.unwrap_or_else(|| key.place())));
        }
    }

    fn rows_in(&self, range: RangeInclusive<Prefix>, each: &mut dyn FnMut(Prefix, &str, &[u8]) -> bool) {
        let mut last = None;
        self.root.for_each_in(&range, &mut |place, leaf| {
            assert!(range.contains(&prefix(place)) && last < Some(*place), "{}: rows come in order", R::TABLE);
            last = Some(*place);
            each(prefix(place), KeyText::of(&leaf.key).as_str(), &canonical::to_bytes(&leaf.row))
        });
    }

    fn load(&mut self, key: &str, value: &[u8]) -> Option<Prefix> {
        let place = place(key);
        // looked through once for UTF-8, not once a string
        let text = core::str::from_utf8(value).ok()?;
        let (key, row) = (read_key(key)?, serde_json::from_str(text).ok()?);
        let loading = self.loading.get_or_insert_default();
        loading.push(place, Leaf { key, row }, &Digest::untagged(&[value])).then(|| prefix(&place))
    }

    fn loaded(&mut self) {
        assert_eq!(self.rows, 0, "{}: rows were loaded where others are", R::TABLE);
        assert!(self.before.is_empty(), "{}: rows are loaded before any entry is applied", R::TABLE);
        (self.root, self.rows) = self.loading.take().map_or((Link::Empty, 0), |loading| loading.finish());
    }

    fn prove_text(&mut self, key: &str) -> Option<super::Proof> {
        Some(self.prove(&read_key::<R::Key>(key)?))
    }

    fn value_text(&self, key: &str) -> Option<Vec<u8>> {
        self.get(&read_key::<R::Key>(key)?).map(canonical::to_bytes)
    }

    fn assert_valid(&self) {
        Self::assert_valid(self);
    }

    #[cfg(test)]
    fn plant(&mut self, key: &str, value: &[u8]) -> bool {
        let (Some(key), Ok(row)) = (read_key(key), canonical::from_bytes(value)) else { return false };
        Self::restore(self, alloc::sync::Arc::new(Leaf { key, row }));
        true
    }
}

/// The digest of the rows that changed since the entry began: an entry's `delta`.
#[must_use]
pub fn delta_of(state: &mut impl Tables) -> Digest {
    let mut list = Vec::with_capacity(LIST_BYTES_USUAL);
    list.push(b'[');
    state.each_mut(&mut |table| {
        let from = list.len();
        table.changed(&mut list);
        let row = list[from..].first_chunk() == Some(b"[\"") && list.ends_with(b"],");
        assert!(row || from == list.len(), "{}: a changed row is a list, and a comma", table.name());
    });
    if list.last() == Some(&b',') {
        list.pop();
    }
    list.push(b']');
    Digest::of(tags::DELTA, &[&list])
}

/// Nearly every entry's changed rows fit, with no second allocation.
const LIST_BYTES_USUAL: usize = 4_096;

/// Canonical `[table,key,value]`, or `[table,key]` of a row that is gone, and a comma. Gives where the value stands.
fn write_change(table: &str, key: &KeyText, row: Option<&impl Serialize>, out: &mut Vec<u8>) -> Range<usize> {
    out.push(b'[');
    canonical::write_text(table, out);
    out.push(b',');
    canonical::write_text(key.as_str(), out);
    let mut value = out.len()..out.len();
    if let Some(row) = row {
        out.push(b',');
        let start = out.len();
        canonical::write(row, out);
        value = start..out.len();
    }
    out.extend_from_slice(b"],");
    value
}

/// The digest of the whole state.
pub fn state_root(state: &mut impl Tables) -> Digest {
    let mut digests = Digests(Vec::new());
    state.each_mut(&mut |table| digests.0.push((table.name(), table.digest())));
    assert!(digests.0.windows(2).all(|pair| pair[0].0 < pair[1].0), "tables are visited in the order of their names");
    Digest::of(tags::STATE, &[&canonical::to_bytes(&digests)])
}

/// `{table: digest}`, every table named.
struct Digests(Vec<(&'static str, Digest)>);

impl Serialize for Digests {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (table, digest) in &self.0 {
            map.serialize_entry(table, digest)?;
        }
        map.end()
    }
}

/// The first 64 bits of a row's place: tells rows apart but for accidents, orders them, and names a row that is gone.
pub type Prefix = u64;

/// The prefix of a place.
#[must_use]
pub fn prefix(place: &Digest) -> Prefix {
    let Some(first) = place.0.first_chunk() else { bug!("a digest of fewer than 8 bytes") };
    Prefix::from_be_bytes(*first)
}
