//! One line of the ledger: written by applying an event, and read again by applying it and comparing every byte.

use alloc::{format, string::String, vec::Vec};
use core::fmt;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    canonical::{self, Int},
    digest::Digest,
    machine::{Effects, Ledgered, Malformed, Parsed, Stamp, TICK_MAX, Tick},
    merkle::{Frontier, leaf_hash},
    table::{Tables as _, delta_of, state_root},
    tags,
};
use crate::bug;

/// The longest line, without its newline.
pub const LINE_BYTES_MAX: usize = 65_535;
/// Nearly every line fits, with no second allocation.
const LINE_BYTES_USUAL: usize = 1_536;
/// So does what follows the hash.
const TAIL_BYTES_USUAL: usize = 256;

/// A place in a replicated log, `<ms>-<n>`: the log's tick in ms, and a count within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Src {
    ms: Tick,
    n: u64,
}

impl Src {
    /// A place; none if the tick lies after [`TICK_MAX`].
    #[must_use]
    pub fn new(ms: Tick, n: u64) -> Option<Self> {
        (ms <= TICK_MAX).then_some(Self { ms, n })
    }

    /// Reads what `Display` writes, and nothing else: no signs, no leading zeros.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (ms, n) = text.split_once('-')?;
        let src = Self::new(ms.parse().ok()?, n.parse().ok()?)?;
        (format!("{src}") == text).then_some(src)
    }

    /// The log's tick: an entry from there has this one, or its predecessor's if that is later.
    #[must_use]
    pub fn ms(self) -> Tick {
        self.ms
    }
}

impl fmt::Display for Src {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}-{}", self.ms, self.n)
    }
}

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
    /// Its place in a replicated log is none.
    #[error("`src` is {0:?}, not <ms>-<n>")]
    Src(String),
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
    src: Option<&'a str>,
    state: Option<Digest>,
    v: Int,
}

impl<'a> Fields<'a> {
    /// Reads a line; looks at its length before it is parsed, and for UTF-8 once, not once a string.
    fn read(line: &'a [u8]) -> Result<Self, String> {
        if line.len() > LINE_BYTES_MAX {
            return Err(format!("{} bytes, and a line has at most {LINE_BYTES_MAX}", line.len()));
        }
        let text = core::str::from_utf8(line).map_err(|error| format!("{error}"))?;
        serde_json::from_str(text).map_err(|error| format!("{error}"))
    }
}

/// An entry as applying made it, without what its maker has at hand: the event and its id.
struct Made<M: Ledgered> {
    stamp: Stamp,
    effects: Effects<M::Effect>,
    hash: Digest,
    line: Vec<u8>,
}

/// A stored line that was applied: its event with its bytes, and what applying it made.
struct Replayed<'a, M: Ledgered> {
    event: M::Event,
    bytes: &'a [u8],
    made: Made<M>,
}

impl<M: Ledgered> Made<M> {
    fn entry(self, event: M::Event, id: Digest) -> Entry<M> {
        let Self { stamp, effects, hash, line } = self;
        Entry { stamp, event, effects, hash, id, line }
    }
}

impl<M: Ledgered> Ledger<M> {
    /// Applies an event at a tick. `src` is its place in a replicated log, if it came from one; `now` is then the place's.
    ///
    /// # Panics
    /// If `now` is not the tick of `src`: an entry's tick is the one that every instance reads in the log.
    pub fn apply(&mut self, event: impl Into<Parsed<M::Event>>, now: Tick, src: Option<Src>) -> Outcome<M> {
        assert!(src.is_none_or(|src| src.ms == now), "an event from {src:?} is applied at {now}");
        let (event, bytes, id) = event.into().into_parts();
        match self.enter(&event, &bytes, now, src) {
            Ok(made) => Outcome::Accepted(made.entry(event, id)),
            Err(refusal) => Outcome::Refused(refusal),
        }
    }

    /// Applies a stored line: decodes its event, applies it at its tick, and compares every byte of what that gives.
    ///
    /// # Errors
    /// [`BadLine`], naming the first field that differs. The ledger may then be half-way: throw it away.
    pub fn replay(&mut self, line: &[u8]) -> Result<Entry<M>, BadLine> {
        let Replayed { event, bytes, made } = self.step(line)?;
        let id = M::id(self.origin(), &event, bytes);
        Ok(made.entry(event, id))
    }

    /// The same for a reader who wants the state alone.
    ///
    /// # Errors
    /// As [`Ledger::replay`].
    pub fn follow(&mut self, line: &[u8]) -> Result<(), BadLine> {
        self.step(line).map(drop)
    }

    /// Applies a stored line.
    fn step<'a>(&mut self, line: &'a [u8]) -> Result<Replayed<'a, M>, BadLine> {
        let fields = Fields::read(line).map_err(BadLine::Shape)?;
        let bytes = fields.event.get().as_bytes();
        let event =
            M::decode(bytes).map_err(|Malformed { refusal, detail }| BadLine::Event(format!("{refusal}: {detail}")))?;
        let src = fields.src.map(|src| Src::parse(src).ok_or_else(|| BadLine::Src(src.into()))).transpose()?;
        let now = src.map_or(fields.at.get(), Src::ms);
        differs("at", fields.at.get(), self.head.stamp(now).at)?;
        differs("seq", fields.seq.get(), self.head.size)?;
        differs("prev", fields.prev, self.head.hash)?;
        match self.enter(&event, bytes, now, src) {
            Err(refusal) => Err(BadLine::Refused(format!("{refusal}"))),
            Ok(made) if made.line == line => Ok(Replayed { event, bytes, made }),
            Ok(made) => Err(first_difference(&fields, &made.line, line)),
        }
    }

    /// The ledger's name; empty before the genesis.
    #[must_use]
    pub fn origin(&self) -> &str {
        M::settings(&self.state).map_or("", |settings| settings.origin)
    }

    /// Applies an event whose canonical bytes are at hand, and moves the head. A refused one leaves everything as it was.
    fn enter(&mut self, event: &M::Event, bytes: &[u8], now: Tick, src: Option<Src>) -> Result<Made<M>, M::Refusal> {
        let stamp = self.head.stamp(now);
        let mut state = core::mem::take(&mut self.state);
        state.each_mut(&mut |table| table.begin());
        let (state, effects) = M::apply(state, &stamp, event);
        self.state = state;
        if let Some(refusal) = M::refusal(&effects) {
            return Err(refusal);
        }
        let (line, hash) = self.render(&stamp, bytes, &effects, src);
        if line.len() > LINE_BYTES_MAX {
            self.state.each_mut(&mut |table| table.undo());
            return Err(M::too_long());
        }
        let head = &mut self.head;
        assert_eq!((head.size, head.tree.size()), (stamp.seq, stamp.seq), "as many leaves as entries");
        assert!(head.at <= stamp.at && stamp.at <= TICK_MAX, "ticks do not go back");
        head.size += 1;
        head.at = stamp.at;
        head.hash = hash;
        head.tree.push(leaf_hash(&line));
        Ok(Made { stamp, effects, hash, line })
    }

    /// The line of an entry, and its hash: SHA-256 of the tagged line without `hash`, which sorts into the middle.
    fn render(&mut self, stamp: &Stamp, event: &[u8], effects: &[M::Effect], src: Option<Src>) -> (Vec<u8>, Digest) {
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
        line.extend_from_slice(event);
        let tail = self.render_tail(stamp, src);
        let hash = Digest::of(tags::ENTRY, &[&line, &tail]);
        line.extend_from_slice(HASH);
        line.extend_from_slice(&hash.to_hex());
        line.push(b'"');
        line.extend_from_slice(&tail);
        (line, hash)
    }

    /// The fields that sort after `hash`.
    fn render_tail(&mut self, stamp: &Stamp, src: Option<Src>) -> Vec<u8> {
        let mut tail = Vec::with_capacity(TAIL_BYTES_USUAL);
        tail.extend_from_slice(b",\"prev\":");
        canonical::write_hex(&stamp.prev.to_hex(), &mut tail);
        tail.extend_from_slice(b",\"seq\":");
        canonical::write(&stamp.seq, &mut tail);
        if let Some(src) = src {
            tail.extend(format!(",\"src\":\"{src}\"").bytes());
        }
        let settings = M::settings(&self.state);
        let every =
            settings.map_or_else(|| bug!("entry {} comes before the genesis", stamp.seq), |now| now.state_every);
        assert!(every > 0, "a state root every {every} entries");
        if stamp.seq.is_multiple_of(every) {
            tail.extend_from_slice(b",\"state\":");
            canonical::write_hex(&state_root(&mut self.state).to_hex(), &mut tail);
        }
        tail.extend_from_slice(b",\"v\":1}");
        tail
    }
}

/// What a line says of itself, without being applied: enough to tell a line that was written whole from one that was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outline<'a> {
    /// The entry's tick.
    pub at: Tick,
    /// The event's bytes.
    pub event: &'a [u8],
    /// The hash that the line holds, which is the right one of its bytes.
    pub hash: Digest,
    /// The hash of the entry before it.
    pub prev: Digest,
    /// The entry's number.
    pub seq: u64,
    /// The state root after it, if it holds one.
    pub state: Option<Digest>,
}

impl<'a> Outline<'a> {
    /// Reads a line whose `hash` is the right one of its other bytes. None for every other line: nobody wrote it whole, or it
    /// was changed since. Nothing else about the line is checked.
    #[must_use]
    pub fn read(line: &'a [u8]) -> Option<Self> {
        let fields = Fields::read(line).ok()?;
        let at = memchr::memmem::rfind(line, HASH)?;
        let (before, hash) = line.split_at(at);
        let after = hash.get(HASH.len() + HASH_DIGITS + 1..)?;
        let made = Digest::of(tags::ENTRY, &[before, after]);
        let Fields { at, event, hash, prev, seq, state, .. } = fields;
        let (at, event, seq) = (at.get(), event.get().as_bytes(), seq.get());
        (made == hash).then_some(Self { at, event, hash, prev, seq, state })
    }
}

/// How the field `hash` begins. In a canonical line the last such place is the field: what follows it holds no free text.
const HASH: &[u8] = b",\"hash\":\"";
/// The digits of a digest.
const HASH_DIGITS: usize = 64;

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
    let made = Fields::read(made).unwrap_or_else(|error| bug!("a line is made that is none: {error}"));
    let root = |state: Option<Digest>| state.map_or_else(|| "absent".into(), |root| format!("{root}"));
    differs("effects", found.effects.get(), made.effects.get())
        .and_then(|()| differs("delta", found.delta, made.delta))
        .and_then(|()| differs("state", root(found.state), root(made.state)))
        .and_then(|()| differs("v", found.v, made.v))
        .and_then(|()| differs("hash", found.hash, made.hash))
        .err()
        .unwrap_or_else(form)
}

#[cfg(test)]
mod tests;
