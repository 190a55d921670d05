//! The two traits: what a machine is, and what the kernel needs to keep its ledger.

use alloc::{format, string::String, vec::Vec};
use core::fmt;

use super::{
    digest::{Digest, PublicKey},
    entry::LINE_BYTES_MAX,
    table::Tables,
};

/// Milliseconds since the Unix epoch; 0..=[`TICK_MAX`].
pub type Tick = u64;

/// The last tick that has a four-digit year: 9999-12-31T23:59:59.999Z.
pub const TICK_MAX: Tick = 253_402_300_799_999;

/// What the two clocks of a computer show, for whoever stamps entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clocks {
    /// The one that people set, in ms since the Unix epoch.
    pub wall: Tick,
    /// The one that nobody sets, in ms since any moment of this process.
    pub monotonic: u64,
}

/// What an entry caused, in the order made; one lies inline, without an allocation.
pub type Effects<E> = smallvec::SmallVec<[E; 1]>;

/// Where and when an event is judged. Nothing else from outside reaches `apply`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The number of the entry that it becomes; the first is 0.
    pub seq: u64,
    /// The entry's tick, never below the one before it.
    pub at: Tick,
    /// The hash of the entry before it; zeros for the first.
    pub prev: Digest,
}

/// A state machine: one pure function, total over its inputs.
///
/// ```
/// use machine::kernel::{Effects, Machine, Stamp};
///
/// /// Adds numbers up; refuses what would overflow.
/// struct Adder;
///
/// impl Machine for Adder {
///     type State = u32;
///     type Event = u32;
///     type Effect = Result<u32, &'static str>;
///
///     fn apply(state: u32, _: &Stamp, event: &u32) -> (u32, Effects<Self::Effect>) {
///         match state.checked_add(*event) {
///             Some(sum) => (sum, [Ok(sum)].into()),
///             None => (state, [Err("overflow")].into()),
///         }
///     }
/// }
/// ```
pub trait Machine {
    /// Everything that the machine remembers. Cloning must be cheap: readers keep clones.
    type State: Clone + fmt::Debug;
    /// What can happen to it.
    type Event: fmt::Debug;
    /// What follows for the outside, as data.
    type Effect: fmt::Debug;

    /// What the event makes of the state. Total: no panic, no unbounded loop; a refused event gives the state
    /// unchanged, to the bit, and one effect that says why.
    fn apply(state: Self::State, stamp: &Stamp, event: &Self::Event) -> (Self::State, Effects<Self::Effect>);
}

/// What the kernel needs beyond [`Machine`] to keep a ledger.
pub trait Ledgered: Machine<State: Tables + Default, Event: Clone, Effect: Clone> + Sized {
    /// A typed no.
    type Refusal: Clone + PartialEq + fmt::Debug + fmt::Display;

    /// Reads an event from its canonical bytes: unknown fields, other spellings and values out of range are refused.
    ///
    /// # Errors
    /// The refusal that the shape earns, with what is wrong where the reader knows it.
    fn decode(bytes: &[u8]) -> Result<Self::Event, Malformed<Self::Refusal>>;

    /// The event's canonical bytes, appended.
    fn encode(event: &Self::Event, out: &mut Vec<u8>);

    /// The event's id in the ledger of that origin: a hash of its content without signatures. `bytes` are the event's canonical
    /// ones, so that nothing is written again to be hashed. The origin of a genesis is empty: nothing comes before it.
    fn id(origin: &str, event: &Self::Event, bytes: &[u8]) -> Digest;

    /// The refusal, if these effects are one.
    fn refusal(effects: &[Self::Effect]) -> Option<Self::Refusal>;

    /// The refusal of an event whose entry would be longer than [`LINE_BYTES_MAX`].
    fn too_long() -> Self::Refusal;

    /// One effect's canonical bytes, appended. A refusal never comes here: no entry holds one.
    fn encode_effect(effect: &Self::Effect, out: &mut Vec<u8>);

    /// What the genesis entry fixed; none before it.
    fn settings(state: &Self::State) -> Option<Settings<'_>>;

    /// Where a repeat of the event with this id is looked up; none if it has no answer to repeat. The machine refuses a repeat:
    /// only an event that was refused is looked up.
    fn lane(event: &Self::Event, id: &Digest) -> Option<Lane>;

    /// Whether a repeat in this lane may still come at `at`; if not, the kernel forgets its answers.
    fn lane_open(state: &Self::State, lane: &Digest, at: Tick) -> bool;

    /// Checks whatever must hold in every state that `apply` can leave behind.
    ///
    /// # Panics
    /// If it does not: a bug in the machine.
    fn assert_valid(state: &Self::State);

    /// The bug that a `planted` build may put into this machine at a restart; `name` is none of this machine's: no change.
    #[cfg(feature = "planted")]
    fn plant(state: &mut Self::State, name: &str) {
        let _ = (state, name);
    }
}

/// Bytes that are no event: the refusal that they earn, and what is wrong with them.
#[derive(Clone, Debug, PartialEq)]
pub struct Malformed<R> {
    /// What the client is told.
    pub refusal: R,
    /// For people: where and what.
    pub detail: String,
}

/// What the kernel must know of the ledger that it keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings<'a> {
    /// The ledger's name, signed into everything; a C2SP key name: not empty, no blanks, no plus, no control characters.
    pub origin: &'a str,
    /// An entry carries the state root iff its seq is a multiple of this; at least 1.
    pub state_every: u64,
    /// The key that signs the next checkpoint.
    pub log_key: PublicKey,
}

/// Where a repeated event finds its first answer: one slot of one lane holds the newest event that took it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane {
    /// For example a session's id.
    pub key: Digest,
    /// For example a counter modulo the window's width.
    pub slot: u8,
}

/// Checks what needs no state: signatures. A value, so that a simulation can take a cheaper one.
pub trait Verifier<M: Ledgered> {
    /// The ledger's name: part of everything that is signed, so a verifier serves one ledger.
    fn origin(&self) -> &str;

    /// Whether everything about the event that needs no state is right; `bytes` are the event's canonical ones.
    ///
    /// # Errors
    /// The refusal of the first check that fails, in the order of judgement.
    fn verify(&self, event: &M::Event, bytes: &[u8]) -> Result<(), M::Refusal>;
}

/// An event with its canonical bytes and its id. The only way to one is through [`Ledgered::decode`], so that whatever is applied
/// can be read back.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed<E> {
    event: E,
    bytes: Vec<u8>,
    id: Digest,
}

impl<E> Parsed<E> {
    /// Reads an event from its canonical bytes. What is longer than any line of a ledger is refused before it is parsed, whatever the
    /// machine: parsing costs time that grows with it.
    ///
    /// # Errors
    /// The refusal that the bytes earn.
    pub fn read<M: Ledgered<Event = E>>(
        bytes: impl Into<Vec<u8>>,
        origin: &str,
    ) -> Result<Self, Malformed<M::Refusal>> {
        let bytes = bytes.into();
        if bytes.len() > LINE_BYTES_MAX {
            let detail = format!("{} bytes; a line of a ledger has at most {LINE_BYTES_MAX}", bytes.len());
            return Err(Malformed { refusal: M::too_long(), detail });
        }
        let event = M::decode(&bytes)?;
        let id = M::id(origin, &event, &bytes);
        Ok(Self { event, bytes, id })
    }

    /// Writes an event and reads it again: for whoever makes events instead of receiving them.
    ///
    /// # Errors
    /// The refusal that the event's bytes earn: not every value of the type can be read back.
    pub fn new<M: Ledgered<Event = E>>(event: &E, origin: &str) -> Result<Self, Malformed<M::Refusal>> {
        let mut bytes = Vec::new();
        M::encode(event, &mut bytes);
        Self::read::<M>(bytes, origin)
    }

    /// The event.
    pub fn event(&self) -> &E {
        &self.event
    }

    /// The canonical bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The event's id.
    pub fn id(&self) -> &Digest {
        &self.id
    }

    /// Event, canonical bytes and id.
    pub(super) fn into_parts(self) -> (E, Vec<u8>, Digest) {
        (self.event, self.bytes, self.id)
    }
}

/// An event of which a [`Verifier`] said that it is what it claims: the type is the proof, nothing checks twice.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified<E>(Parsed<E>);

impl<E> Verified<E> {
    /// Has a verifier judge an event.
    ///
    /// # Errors
    /// The verifier's refusal.
    pub fn by<M: Ledgered<Event = E>>(verifier: &impl Verifier<M>, parsed: Parsed<E>) -> Result<Self, M::Refusal> {
        verifier.verify(&parsed.event, &parsed.bytes).map(|()| Self(parsed))
    }

    /// The event.
    pub fn event(&self) -> &E {
        &self.0.event
    }

    /// The canonical bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// The event's id.
    pub fn id(&self) -> &Digest {
        &self.0.id
    }
}

impl<E> From<Verified<E>> for Parsed<E> {
    fn from(verified: Verified<E>) -> Self {
        verified.0
    }
}
