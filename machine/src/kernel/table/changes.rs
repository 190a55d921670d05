//! All tables of a state together: the rows that an entry changed, the state root, and rows out and in for snapshots.

use alloc::{
    string::{String, ToString as _},
    vec::Vec,
};

use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::{Row, RowKey as _, Table};
use crate::kernel::{canonical, digest::Digest, tags};

/// A table without its row type: what the kernel needs of each.
pub trait AnyTable {
    /// The table's name.
    fn name(&self) -> &'static str;
    /// Its digest; recomputes what changed.
    fn digest(&mut self) -> Digest;
    /// Forgets what was changed: the next entry begins.
    fn begin(&mut self);
    /// Adds the rows that changed since [`AnyTable::begin`], net, with their canonical values.
    fn changed(&self, out: &mut Vec<Change>);
    /// Calls `each` with every key and canonical value, in the order of the hashed keys.
    fn rows_out(&self, each: &mut dyn FnMut(String, Vec<u8>));
    /// Puts one row from its key and canonical value; false if they are not of this table's types.
    fn row_in(&mut self, key: &str, value: &[u8]) -> bool;
    /// [`Table::prove`] by the key's text; none if the text is no key of this table.
    fn prove_text(&mut self, key: &str) -> Option<super::Proof>;
    /// The canonical value under a key's text.
    fn value_text(&self, key: &str) -> Option<Vec<u8>>;
    /// [`Table::assert_valid`].
    fn assert_valid(&self);
}

/// One changed row: its canonical value, or none if it is gone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// The table's name.
    pub table: &'static str,
    /// The key's text.
    pub key: String,
    /// The canonical value; none if the row is gone.
    pub value: Option<Vec<u8>>,
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

    fn digest(&mut self) -> Digest {
        Self::digest(self)
    }

    fn begin(&mut self) {
        self.before.clear();
    }

    fn changed(&self, out: &mut Vec<Change>) {
        for (key, old) in &self.before {
            let now = self.get(key);
            if now != old.as_ref().map(|leaf| &leaf.row) {
                out.push(Change { table: R::TABLE, key: key.to_string(), value: now.map(canonical::to_bytes) });
            }
        }
    }

    fn rows_out(&self, each: &mut dyn FnMut(String, Vec<u8>)) {
        self.for_each(|key, row| each(key.to_string(), canonical::to_bytes(row)));
    }

    fn row_in(&mut self, key: &str, value: &[u8]) -> bool {
        let (Some(key), Ok(row)) = (R::Key::parse(key), canonical::from_bytes(value)) else { return false };
        self.put(key, row);
        true
    }

    fn prove_text(&mut self, key: &str) -> Option<super::Proof> {
        Some(self.prove(&R::Key::parse(key)?))
    }

    fn value_text(&self, key: &str) -> Option<Vec<u8>> {
        self.get(&R::Key::parse(key)?).map(canonical::to_bytes)
    }

    fn assert_valid(&self) {
        Self::assert_valid(self);
    }
}

/// The rows that changed since the entry began, sorted by table, then by key bytes.
#[must_use]
pub fn changes_of(state: &impl Tables) -> Vec<Change> {
    let mut rows = Vec::new();
    state.each(&mut |table| table.changed(&mut rows));
    rows.sort_unstable();
    rows
}

/// The digest of the rows that changed since the entry began: an entry's `delta`.
#[must_use]
pub fn delta_of(state: &impl Tables) -> Digest {
    let mut list = Vec::from(*b"[");
    for (at, row) in changes_of(state).iter().enumerate() {
        if at > 0 {
            list.push(b',');
        }
        write_change(row, &mut list);
    }
    list.push(b']');
    Digest::of(tags::DELTA, &[&list])
}

/// Canonical `[table,key,value]` or `[table,key]`, written around the value's own canonical bytes.
fn write_change(row: &Change, out: &mut Vec<u8>) {
    out.push(b'[');
    out.extend(canonical::to_bytes(row.table));
    out.push(b',');
    out.extend(canonical::to_bytes(&row.key));
    if let Some(value) = &row.value {
        out.push(b',');
        out.extend_from_slice(value);
    }
    out.push(b']');
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

/// Puts one row back into the table of that name; false if there is no such table or the row is not of its types.
pub fn restore(state: &mut impl Tables, table: &str, key: &str, value: &[u8]) -> bool {
    let mut done = false;
    state.each_mut(&mut |candidate| {
        if candidate.name() == table {
            done = candidate.row_in(key, value);
        }
    });
    done
}
