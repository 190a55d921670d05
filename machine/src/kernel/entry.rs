//! One line of the ledger: written by applying an event, and read again by applying it and comparing every byte.

use alloc::{format, string::String, vec::Vec};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    canonical::{self, Int},
    digest::Digest,
    machine::{Effects, Ledgered, Malformed, Stamp, TICK_MAX, Tick},
    merkle::{Frontier, leaf_hash},
    table::{Tables as _, delta_of, state_root},
    tags,
};

/// The longest line, without its newline.
pub const LINE_BYTES_MAX: usize = 65_535;
/// Nearly every line fits, with no second allocation.
const LINE_BYTES_USUAL: usize = 1_536;
/// So does what follows the hash.
const TAIL_BYTES_USUAL: usize = 256;

/// Where a ledger ends: what the next entry builds on.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Head {
    /// How many entries there are; the next one's seq.
    pub size: u64,
    /// The last entry's hash; zeros if there is none.
    pub hash: Digest,
    /// The last entry's tick.
    pub at: Tick,
    /// The Merkle tree over all lines.
    pub tree: Frontier,
}

impl Default for Digest {
    fn default() -> Self {
        Self::ZERO
    }
}

impl Head {
    /// The stamp of the next entry if it is made at `now`.
    #[must_use]
    pub fn stamp(&self, now: Tick) -> Stamp {
        Stamp { seq: self.size, at: now.max(self.at).min(TICK_MAX), prev: self.hash }
    }
}

/// An entry as it was made: its line and what it says, typed.
#[derive(Debug)]
pub struct Entry<M: Ledgered> {
    /// Its stamp.
    pub stamp: Stamp,
    /// Its event.
    pub event: M::Event,
    /// What it caused.
    pub effects: Effects<M::Effect>,
    /// Its hash, as it stands in the line.
    pub hash: Digest,
    /// The event's id.
    pub id: Digest,
    /// The line, without its newline.
    pub line: Vec<u8>,
}

/// What came of an event.
#[derive(Debug)]
pub enum Outcome<M: Ledgered> {
    /// An entry, and the ledger one longer.
    Accepted(Entry<M>),
    /// Nothing: state and head are what they were.
    Refused(M::Refusal),
}

/// A ledger's state and head: what applying its lines one after another leaves.
#[derive(Debug)]
pub struct Ledger<M: Ledgered> {
    /// The state after the last entry.
    pub state: M::State,
    /// Where the ledger ends.
    pub head: Head,
}

impl<M: Ledgered> Clone for Ledger<M> {
    fn clone(&self) -> Self {
        Self { state: self.state.clone(), head: self.head.clone() }
    }
}

impl<M: Ledgered> Default for Ledger<M> {
    fn default() -> Self {
        Self { state: M::State::default(), head: Head::default() }
    }
}

/// Why a line is not the next entry of a ledger.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadLine {
    /// Not of an entry's shape.
    #[error("not an entry: {0}")]
    Shape(String),
    /// Its event is none.
    #[error("its event is malformed: {0}")]
    Event(String),
    /// The machine refuses its event here.
    #[error("its event is refused here: {0}")]
    Refused(String),
    /// A field differs from what applying the event gives.
    #[error("`{field}` is {found}, but replaying gives {made}")]
    Differs {
        /// The field's name.
        field: &'static str,
        /// What the line says.
        found: String,
        /// What it should say.
        made: String,
    },
    /// All fields are right, the spelling is not.
    #[error("not in canonical form: byte {0} of the line")]
    Form(usize),
}

/// A stored line's fields. Event and effects stay raw: they are compared as bytes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields<'a> {
    at: Int,
    delta: Digest,
    #[serde(borrow)]
    effects: &'a RawValue,
    #[serde(borrow)]
    event: &'a RawValue,
    hash: Digest,
    prev: Digest,
    seq: Int,
    src: Option<String>,
    state: Option<Digest>,
    v: Int,
}

impl<M: Ledgered> Ledger<M> {
    /// Applies an event at a tick; `src` is its place in a replicated log, if it came from one.
    pub fn apply(&mut self, event: &M::Event, now: Tick, src: Option<&str>) -> Outcome<M> {
        self.apply_written(event, None, now, src)
    }

    /// The same, where the event's canonical bytes are at hand.
    fn apply_written(&mut self, event: &M::Event, written: Option<&[u8]>, now: Tick, src: Option<&str>) -> Outcome<M> {
        let stamp = self.head.stamp(now);
        let id = M::id(&self.state, event);
        let mut state = core::mem::take(&mut self.state);
        state.each_mut(&mut |table| table.begin());
        let (state, effects) = M::apply(state, &stamp, event);
        self.state = state;
        if let Some(refusal) = M::refusal(&effects) {
            return Outcome::Refused(refusal);
        }
        let (line, hash) = self.render(&stamp, (event, written), &effects, src);
        self.head.size += 1;
        self.head.at = stamp.at;
        self.head.hash = hash;
        self.head.tree.push(leaf_hash(&line));
        Outcome::Accepted(Entry { stamp, event: event.clone(), effects, hash, id, line })
    }

    /// Applies a stored line: decodes its event, applies it at its tick, and compares every byte of what that gives.
    ///
    /// # Errors
    /// [`BadLine`], naming the first field that differs. The ledger may then be half-way: throw it away.
    pub fn replay(&mut self, line: &[u8]) -> Result<Entry<M>, BadLine> {
        let fields: Fields<'_> = serde_json::from_slice(line).map_err(|error| BadLine::Shape(format!("{error}")))?;
        let event = M::decode(fields.event.get().as_bytes())
            .map_err(|Malformed { refusal, detail }| BadLine::Event(format!("{refusal}: {detail}")))?;
        differs("at", fields.at.get(), self.head.stamp(fields.at.get()).at)?;
        differs("seq", fields.seq.get(), self.head.size)?;
        differs("prev", fields.prev, self.head.hash)?;
        // it was just seen to be written canonically
        let written = Some(fields.event.get().as_bytes());
        match self.apply_written(&event, written, fields.at.get(), fields.src.as_deref()) {
            Outcome::Refused(refusal) => Err(BadLine::Refused(format!("{refusal}"))),
            Outcome::Accepted(entry) if entry.line == line => Ok(entry),
            Outcome::Accepted(entry) => Err(first_difference(&fields, &entry.line, line)),
        }
    }

    /// The line of an entry, and its hash: SHA-256 of the tagged line without `hash`, which sorts into the middle.
    fn render(
        &mut self,
        stamp: &Stamp,
        (event, written): (&M::Event, Option<&[u8]>),
        effects: &[M::Effect],
        src: Option<&str>,
    ) -> (Vec<u8>, Digest) {
        let mut line = Vec::with_capacity(LINE_BYTES_USUAL);
        line.extend_from_slice(b"{\"at\":");
        canonical::write(&stamp.at, &mut line);
        line.extend_from_slice(b",\"delta\":");
        canonical::write_hex(&delta_of(&mut self.state).to_hex(), &mut line);
        line.extend_from_slice(b",\"effects\":[");
        for (n, effect) in effects.iter().enumerate() {
            if n > 0 {
                line.push(b',');
            }
            M::encode_effect(effect, &mut line);
        }
        line.extend_from_slice(b"],\"event\":");
        match written {
            Some(written) => line.extend_from_slice(written),
            None => M::encode(event, &mut line),
        }
        let tail = self.render_tail(stamp, src);
        let hash = Digest::of(tags::ENTRY, &[&line, &tail]);
        line.extend_from_slice(b",\"hash\":");
        canonical::write_hex(&hash.to_hex(), &mut line);
        line.extend_from_slice(&tail);
        (line, hash)
    }

    /// The fields that sort after `hash`.
    fn render_tail(&mut self, stamp: &Stamp, src: Option<&str>) -> Vec<u8> {
        let mut tail = Vec::with_capacity(TAIL_BYTES_USUAL);
        tail.extend_from_slice(b",\"prev\":");
        canonical::write_hex(&stamp.prev.to_hex(), &mut tail);
        tail.extend_from_slice(b",\"seq\":");
        canonical::write(&stamp.seq, &mut tail);
        if let Some(src) = src {
            tail.extend_from_slice(b",\"src\":");
            canonical::write(src, &mut tail);
        }
        let every = M::settings(&self.state).map_or(1, |settings| settings.state_every.max(1));
        if stamp.seq.is_multiple_of(every) {
            tail.extend_from_slice(b",\"state\":");
            canonical::write_hex(&state_root(&mut self.state).to_hex(), &mut tail);
        }
        tail.extend_from_slice(b",\"v\":1}");
        tail
    }
}

fn differs<T: PartialEq + core::fmt::Display>(field: &'static str, found: T, made: T) -> Result<(), BadLine> {
    if found == made {
        Ok(())
    } else {
        Err(BadLine::Differs { field, found: format!("{found}"), made: format!("{made}") })
    }
}

/// Names what differs between a stored line and the one that replaying made.
fn first_difference(found: &Fields<'_>, made: &[u8], line: &[u8]) -> BadLine {
    let form = || BadLine::Form(made.iter().zip(line).take_while(|(a, b)| a == b).count());
    let Ok(made) = serde_json::from_slice::<Fields<'_>>(made) else { return form() };
    let root = |state: Option<Digest>| state.map_or_else(|| "absent".into(), |root| format!("{root}"));
    differs("effects", found.effects.get(), made.effects.get())
        .and_then(|()| differs("delta", found.delta, made.delta))
        .and_then(|()| differs("state", root(found.state), root(made.state)))
        .and_then(|()| differs("v", found.v, made.v))
        .and_then(|()| differs("hash", found.hash, made.hash))
        .err()
        .unwrap_or_else(form)
}
