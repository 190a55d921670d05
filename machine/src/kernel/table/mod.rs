//! Tables: the state as named, ordered maps whose digest depends on content alone.
//!
//! A table is a copy-on-write radix trie over the bits of the hashed key. Cloning costs nothing, so a reader keeps the
//! state that some entry left behind while the writer goes on; digests are cached and recomputed only where rows
//! changed; the same trie proves presence and absence.

mod changes;
mod load;
mod proof;
mod trie;

#[cfg(test)]
pub(crate) mod tests;

use alloc::{
    boxed::Box,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    vec::Vec,
};
use core::fmt;

use serde::{Serialize, de::DeserializeOwned};

use super::{canonical, digest::Digest, tags};
use crate::bug;
pub use changes::{AnyTable, Prefix, Tables, delta_of, prefix, state_root};
pub use proof::{Leaf as ProofLeaf, Proof, ProofError};
use trie::{Leaf, Link};

/// One row type of one table.
pub trait Row: Clone + PartialEq + fmt::Debug + Serialize + DeserializeOwned {
    /// The table's name, as it stands in deltas and in the state root.
    const TABLE: &'static str;
    /// What tells rows apart.
    type Key: RowKey;
}

/// A row's key: its text is unique in the table, and is what is hashed.
pub trait RowKey: Clone + PartialEq + fmt::Debug + fmt::Display {
    /// Reads what `Display` wrote.
    fn parse(text: &str) -> Option<Self>;

    /// Appends what `Display` writes; for a key that is hashed often, without formatting.
    fn write(&self, out: &mut KeyText) {
        // Nothing that only appends can fail.
        let _ = fmt::Write::write_fmt(out, format_args!("{self}"));
    }
}

/// A key's bytes as they are gathered. Nearly every key fits without an allocation.
#[derive(Debug, Default)]
pub struct KeyText(smallvec::SmallVec<[u8; 256]>);

impl KeyText {
    /// Appends.
    pub fn push(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_else(|_| bug!("a key that is no UTF-8: {:?}", self.0))
    }

    fn of(key: &impl RowKey) -> Self {
        let mut text = Self::default();
        key.write(&mut text);
        text
    }
}

impl fmt::Write for KeyText {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text.as_bytes());
        Ok(())
    }
}

/// Names a row: a key, or a key whose place was hashed before.
pub trait Locate<K> {
    /// The key.
    fn key(&self) -> &K;
    /// Its place: SHA-256 of the tagged key.
    fn place(&self) -> Digest;
}

impl<K: RowKey> Locate<K> for K {
    fn key(&self) -> &K {
        self
    }

    fn place(&self) -> Digest {
        let mut text = KeyText::default();
        text.push(tags::KEY.0.as_bytes());
        self.write(&mut text);
        Digest::untagged(&[&text.0])
    }
}

/// A key with its place, for one that is looked up more than once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At<K> {
    key: K,
    place: Digest,
}

impl<K: RowKey> At<K> {
    /// Hashes the place of a key.
    pub fn new(key: K) -> Self {
        Self { place: key.place(), key }
    }
}

impl<K> Locate<K> for At<K> {
    fn key(&self) -> &K {
        &self.key
    }

    fn place(&self) -> Digest {
        self.place
    }
}

impl RowKey for Digest {
    fn parse(text: &str) -> Option<Self> {
        Self::from_hex(text)
    }

    fn write(&self, out: &mut KeyText) {
        out.push(&self.to_hex());
    }
}

/// The key of a table that has only one row: its text is `only`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Only;

impl fmt::Display for Only {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("only")
    }
}

impl RowKey for Only {
    fn parse(text: &str) -> Option<Self> {
        (text == "only").then_some(Self)
    }
}

/// An ordered map of rows with a digest.
#[derive(Clone, Debug)]
pub struct Table<R: Row> {
    root: Link<R>,
    rows: u64,
    /// What each row was before the entry that is being applied touched it first; never hashed.
    before: Vec<Before<R>>,
    /// The rows of a snapshot, while they are read.
    loading: Option<Box<load::Loading<R>>>,
    /// Where in `before` each place stands, once there are many: finding a note must not cost a look at all.
    noted: BTreeMap<Digest, usize>,
}

/// Up to so many notes are searched one by one.
const NOTES_FEW: usize = 8;

/// A row that was touched: its key, its place if that was hashed, what it was before, and what it is now.
#[derive(Clone, Debug)]
struct Before<R: Row> {
    key: R::Key,
    place: Option<Digest>,
    old: Option<Arc<Leaf<R>>>,
    new: Option<Arc<Leaf<R>>>,
}

impl<R: Row> Before<R> {
    fn old_row(&self) -> Option<&R> {
        self.old.as_ref().map(|leaf| &leaf.row)
    }

    fn new_row(&self) -> Option<&R> {
        self.new.as_ref().map(|leaf| &leaf.row)
    }
}

impl<R: Row> Default for Table<R> {
    fn default() -> Self {
        Self { root: Link::Empty, rows: 0, before: Vec::new(), loading: None, noted: BTreeMap::new() }
    }
}

impl<R: Row> Table<R> {
    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The row of a key.
    #[must_use]
    pub fn get(&self, key: &impl Locate<R::Key>) -> Option<&R> {
        #[cfg(test)]
        tests::steps::count();
        self.root.find(key)
    }

    /// Writes a row, new or over the one of that key.
    pub fn put(&mut self, key: impl Locate<R::Key>, row: R) {
        #[cfg(test)]
        tests::steps::count();
        let place = self.root.is_fork().then(|| key.place());
        let new = Arc::new(Leaf { key: key.key().clone(), row });
        let old = self.root.replace(place, Arc::clone(&new));
        self.rows += u64::from(old.is_none());
        self.note(key.key(), place, old, Some(new));
    }

    /// Puts a row so that nothing is noted of it: it is no change of any entry.
    fn restore(&mut self, leaf: Arc<Leaf<R>>) {
        self.rows += u64::from(self.root.replace(None, leaf).is_none());
    }

    /// Changes a row in place, starting from its default where there is none.
    pub fn update(&mut self, key: R::Key, change: impl FnOnce(&mut R))
    where
        R: Default,
    {
        let key = At::new(key);
        let mut row = self.get(&key).cloned().unwrap_or_default();
        change(&mut row);
        self.put(key, row);
    }

    /// Removes the row of a key, if there is one.
    pub fn remove(&mut self, key: &impl Locate<R::Key>) {
        #[cfg(test)]
        tests::steps::count();
        let place = key.place();
        if let Some(old) = self.root.remove(0, &place, key.key()) {
            assert!(
                old.key == *key.key() && self.rows > 0,
                "{}: another row went than that of {}",
                R::TABLE,
                key.key()
            );
            self.rows -= 1;
            self.note(key.key(), Some(place), Some(old), None);
        }
    }

    /// Calls `each` with every row, in the order of the hashed keys.
    pub fn for_each(&self, mut each: impl FnMut(&R::Key, &R)) {
        self.root.for_each(&mut |leaf| {
            #[cfg(test)]
            tests::steps::count();
            each(&leaf.key, &leaf.row);
        });
    }

    /// The table's digest; recomputes what changed since it was asked last.
    pub fn digest(&mut self) -> Digest {
        self.root.digest()
    }

    /// Proves what stands (or that nothing stands) under a key, against [`Table::digest`].
    pub fn prove(&mut self, key: &R::Key) -> Proof {
        let digest = self.root.digest();
        assert_eq!(digest == Digest::ZERO, self.rows == 0, "{}: no digest but of rows", R::TABLE);
        self.root.prove(&key.place())
    }

    /// Checks the structure: each leaf in its place, no fork above fewer than two leaves, the count, every cached digest.
    ///
    /// # Panics
    /// If one of them is wrong: a bug in this module.
    pub fn assert_valid(&self) {
        let mut fresh = Self::default();
        self.for_each(|key, row| fresh.put(key.clone(), row.clone()));
        assert_eq!(fresh.rows, self.rows, "{}: rows counted", R::TABLE);
        let (mut ours, mut theirs) = (self.clone(), fresh);
        assert_eq!(ours.digest(), theirs.digest(), "{}: cached digests", R::TABLE);
        assert_eq!(self.root.assert_shape(0), self.rows, "{}: leaves", R::TABLE);
        assert!(self.loading.is_none(), "{}: a snapshot is read to its end", R::TABLE);
        self.assert_notes();
    }

    /// Checks that what is noted of each row that was touched is noted once, and is what stands there.
    fn assert_notes(&self) {
        let mut places = BTreeSet::new();
        for Before { key, place, old, new } in &self.before {
            assert!(place.is_none_or(|place| place == key.place()), "{}: the place of {key}", R::TABLE);
            assert!(places.insert(key.place()), "{}: {key} is noted twice", R::TABLE);
            assert!(old.as_ref().is_none_or(|leaf| leaf.key == *key), "{}: what {key} was", R::TABLE);
            assert_eq!(self.get(key), new.as_ref().map(|leaf| &leaf.row), "{}: what {key} is", R::TABLE);
        }
    }

    /// Notes what a row is now, and what it was before the entry touched it first.
    fn note(&mut self, key: &R::Key, place: Option<Digest>, old: Option<Arc<Leaf<R>>>, new: Option<Arc<Leaf<R>>>) {
        let count = self.before.len();
        let known = if count <= NOTES_FEW {
            self.before.iter().position(|seen| seen.key == *key)
        } else {
            self.noted.get(&place.unwrap_or_else(|| key.place())).copied()
        };
        if let Some(seen) = known.map(|at| &mut self.before[at]) {
            assert_eq!(
                seen.new.is_some(),
                old.is_some(),
                "{}: {key} changed in between, and nobody noted it",
                R::TABLE
            );
            (seen.place, seen.new) = (seen.place.or(place), new);
            return;
        }
        self.before.push(Before { key: key.clone(), place, old, new });
        if count == NOTES_FEW {
            let places = self.before.iter().map(|seen| seen.place.unwrap_or_else(|| seen.key.place()));
            self.noted = places.zip(0..).collect();
        } else if count > NOTES_FEW {
            self.noted.insert(place.unwrap_or_else(|| key.place()), count);
        }
    }

    /// Forgets what was changed: the next entry begins.
    fn forget_changes(&mut self) {
        if self.before.len() > NOTES_FEW {
            self.noted.clear();
        }
        self.before.clear();
    }
}

/// Reads a key, and refuses every text but the one that is written for it: two texts of one key would be two places of one row.
pub(super) fn read_key<K: RowKey>(text: &str) -> Option<K> {
    let key = K::parse(text)?;
    (KeyText::of(&key).as_str() == text).then_some(key)
}

/// SHA-256 of a tagged key text: the row's place in the tree.
#[must_use]
pub fn place(key: &str) -> Digest {
    Digest::untagged(&[tags::KEY.0.as_bytes(), key.as_bytes()])
}

fn value_digest<R: Serialize>(row: &R) -> Digest {
    Digest::untagged(&[&canonical::to_bytes(row)])
}
