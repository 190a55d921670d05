//! A ledger for any machine: its state, events and effects are kept as canonical JSON, and whoever submits events
//! numbers them, so that none happens twice.

use std::{fmt, marker::PhantomData};

use machine::kernel::{
    Digest, Effects, Int, Lane, Ledgered, Machine, PublicKey, Settings, Stamp, Tick, Verifier,
    canonical::to_bytes,
    machine::Malformed,
    table::{AnyTable, Only, Row, RowKey, Table, Tables},
    tags,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, value::RawValue};

use super::{Simple, tagging::Tagging};
use crate::canonical::{self as json, JsonError};

/// A machine with a ledger.
pub struct Plain<M>(PhantomData<fn() -> M>);

impl<M> Clone for Plain<M> {
    fn clone(&self) -> Self {
        Self(PhantomData)
    }
}

impl<M> fmt::Debug for Plain<M> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Plain")
    }
}

/// An event of a plain machine's ledger.
#[derive(Clone, Debug)]
pub enum PlainEvent<E> {
    /// The ledger begins with this entry.
    Genesis(PlainGenesis),
    /// An actor submits an event of the machine.
    Act(Act<E>),
}

/// What the ledger begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlainGenesis {
    /// The ledger's name, which everything signed would carry.
    pub origin: String,
}

/// An event of the machine, the `n`-th by this actor, from 1 on.
#[derive(Clone, Debug)]
pub struct Act<E> {
    by: String,
    event: E,
    json: String,
    n: Int,
}

impl<E: Serialize> Act<E> {
    /// Somebody's event.
    ///
    /// # Errors
    /// The event's type cannot be written as JSON.
    pub fn new(by: String, n: Int, event: E) -> Result<Self, JsonError> {
        Ok(Self { by, json: json::to_string(&event)?, event, n })
    }

    /// The event as JSON.
    pub(super) fn json(&self) -> &str {
        &self.json
    }
}

/// An effect of a plain machine's ledger.
#[derive(Clone, Debug)]
pub enum PlainEffect<E> {
    /// An effect of the machine, and its JSON.
    Made(E, String),
    /// The event was refused.
    Refused(PlainRefusal),
}

/// Why an event is no entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlainRefusal {
    /// The bytes are no event.
    #[error("shape")]
    Shape,
    /// A second genesis, or anything before the first.
    #[error("genesis")]
    Genesis,
    /// Not the actor's next number.
    #[error("number")]
    Number,
    /// The machine refuses the event with this code.
    #[error("{0}")]
    Said(String),
    /// The machine breaks a law of machines.
    #[error("broken machine: {0}")]
    Broken(String),
}

/// An actor's name as a key.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Actor(String);

impl fmt::Display for Actor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl RowKey for Actor {
    fn parse(text: &str) -> Option<Self> {
        Some(Self(text.to_string()))
    }
}

/// How many events of an actor are entries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Count {
    n: Int,
}

/// The whole state of the machine, as canonical JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    json: String,
}

impl Row for Count {
    const TABLE: &'static str = "actors";
    type Key = Actor;
}

impl Row for PlainGenesis {
    const TABLE: &'static str = "genesis";
    type Key = Only;
}

impl Row for Whole {
    const TABLE: &'static str = "state";
    type Key = Only;
}

/// The tables of a plain machine's ledger.
#[derive(Clone, Debug, Default)]
pub struct PlainState {
    actors: Table<Count>,
    genesis: Table<PlainGenesis>,
    whole: Table<Whole>,
}

impl PlainState {
    /// The machine's state as JSON, once something has happened to it.
    pub(super) fn json(&self) -> Option<&str> {
        self.whole.get(&Only).map(|whole| whole.json.as_str())
    }
}

impl Tables for PlainState {
    fn each(&self, each: &mut dyn FnMut(&dyn AnyTable)) {
        each(&self.actors);
        each(&self.genesis);
        each(&self.whole);
    }

    fn each_mut(&mut self, each: &mut dyn FnMut(&mut dyn AnyTable)) {
        each(&mut self.actors);
        each(&mut self.genesis);
        each(&mut self.whole);
    }
}

impl<M: Simple> Machine for Plain<M> {
    type State = PlainState;
    type Event = PlainEvent<M::Event>;
    type Effect = PlainEffect<M::Effect>;

    fn apply(mut state: PlainState, stamp: &Stamp, event: &Self::Event) -> (PlainState, Effects<Self::Effect>) {
        let result = match event {
            PlainEvent::Genesis(genesis) => begin(&mut state, genesis),
            PlainEvent::Act(act) => act_on::<M>(&mut state, stamp, act),
        };
        (state, result.unwrap_or_else(|refusal| [PlainEffect::Refused(refusal)].into()))
    }
}

fn begin<E>(state: &mut PlainState, genesis: &PlainGenesis) -> Result<Effects<PlainEffect<E>>, PlainRefusal> {
    if state.genesis.get(&Only).is_some() {
        return Err(PlainRefusal::Genesis);
    }
    state.genesis.put(Only, genesis.clone());
    Ok(Effects::new())
}

type Made<M> = Effects<PlainEffect<<M as Machine>::Effect>>;

fn act_on<M: Simple>(state: &mut PlainState, stamp: &Stamp, act: &Act<M::Event>) -> Result<Made<M>, PlainRefusal> {
    state.genesis.get(&Only).ok_or(PlainRefusal::Genesis)?;
    let actor = Actor(act.by.clone());
    let count = state.actors.get(&actor).map_or(0, |count| count.n.get());
    if act.n.get() != count + 1 {
        return Err(PlainRefusal::Number);
    }
    let (before, before_json) = match state.json() {
        Some(json) => (survives::<M::State>("its state", json)?, json.to_string()),
        None => (M::State::default(), json_of("its state", &M::State::default())?),
    };
    let (after, effects) = M::apply(before, stamp, &act.event);
    let json = json_of("its state", &after)?;
    let made: Made<M> = effects
        .into_iter()
        .map(|effect| json_of("an effect", &effect).map(|json| PlainEffect::Made(effect, json)))
        .collect::<Result<_, _>>()?;
    if let Some(code) = refusal_in(&made) {
        let same = json == before_json;
        return Err(if same { PlainRefusal::Said(code) } else { broken("it refuses an event, and changes its state") });
    }
    survives::<M::State>("its state", &json)?;
    state.actors.put(actor, Count { n: act.n });
    state.whole.put(Only, Whole { json });
    Ok(made)
}

fn broken(what: impl Into<String>) -> PlainRefusal {
    PlainRefusal::Broken(what.into())
}

fn json_of<T: Serialize>(what: &str, value: &T) -> Result<String, PlainRefusal> {
    json::to_string(value).map_err(|error| broken(format!("{what} has no canonical JSON: {error}")))
}

/// Reads JSON, and sees that it is written the same again: what a restart reads back must be what was there.
fn survives<T: Serialize + DeserializeOwned>(what: &str, json: &str) -> Result<T, PlainRefusal> {
    let read: T = serde_json::from_str(json)
        .map_err(|error| broken(format!("{what} cannot be read back from {json}: {error}")))?;
    let again = json_of(what, &read)?;
    if again == json { Ok(read) } else { Err(broken(format!("{what} is {json}, and read back it is {again}"))) }
}

/// The code of a refusal, if that is all that follows: one effect whose variant is called `Refused` or `Err`, in whatever case
/// `#[serde(rename_all = "...")]` has it written.
fn refusal_in<E: DeserializeOwned>(effects: &[PlainEffect<E>]) -> Option<String> {
    let [PlainEffect::Made(_, json)] = effects else { return None };
    let (name, why) =
        Tagging::of::<E>().split(json).or_else(|| Some((serde_json::from_str(json).ok()?, Value::Null)))?;
    ["Refused", "Err"].iter().any(|refusal| refusal.eq_ignore_ascii_case(&name)).then(|| code_of(why))
}

/// The code of what a refusal holds: a text, a variant's name, or a field called `code` or `reason` that is one of these.
fn code_of(why: Value) -> String {
    match why {
        Value::Null => "refused".to_string(),
        Value::String(code) => code,
        Value::Object(mut fields) => match fields.remove("code").or_else(|| fields.remove("reason")) {
            Some(code) => code_of(code),
            None if fields.len() == 1 => fields.into_iter().map(|(name, _)| name).collect(),
            None => Value::Object(fields).to_string(),
        },
        other => other.to_string(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<'a> {
    #[serde(borrow)]
    body: &'a RawValue,
    kind: &'a str,
    v: Int,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body<'a> {
    by: String,
    #[serde(borrow)]
    event: &'a RawValue,
    n: Int,
}

fn read<M: Simple>(bytes: &[u8]) -> Result<PlainEvent<M::Event>, serde_json::Error> {
    use serde::de::Error as _;
    let envelope: Envelope<'_> = serde_json::from_slice(bytes)?;
    let event = match envelope.kind {
        "GENESIS" => PlainEvent::Genesis(serde_json::from_str(envelope.body.get())?),
        "ACT" => {
            let Body { by, event, n } = serde_json::from_str(envelope.body.get())?;
            PlainEvent::Act(Act::new(by, n, serde_json::from_str(event.get())?).map_err(serde_json::Error::custom)?)
        }
        other => return Err(serde_json::Error::custom(format!("no event is called {other}"))),
    };
    if envelope.v == Int::from(1) && canonical::<M>(&event) == bytes {
        Ok(event)
    } else {
        Err(serde_json::Error::custom("not as the ledger writes it"))
    }
}

fn canonical<M: Simple>(event: &PlainEvent<M::Event>) -> Vec<u8> {
    let mut bytes = Vec::new();
    Plain::<M>::encode(event, &mut bytes);
    bytes
}

impl<M: Simple> Ledgered for Plain<M> {
    type Refusal = PlainRefusal;

    fn decode(bytes: &[u8]) -> Result<Self::Event, Malformed<PlainRefusal>> {
        read::<M>(bytes).map_err(|error| Malformed { refusal: PlainRefusal::Shape, detail: error.to_string() })
    }

    fn encode(event: &Self::Event, out: &mut Vec<u8>) {
        let (body, kind) = match event {
            PlainEvent::Genesis(genesis) => (to_bytes(genesis), "GENESIS"),
            PlainEvent::Act(Act { by, json, n, .. }) => {
                let by = Value::from(by.as_str());
                (format!("{{\"by\":{by},\"event\":{json},\"n\":{n}}}").into_bytes(), "ACT")
            }
        };
        out.extend_from_slice(b"{\"body\":");
        out.extend(body);
        out.extend(format!(",\"kind\":\"{kind}\",\"v\":1}}").bytes());
    }

    fn id(_: &str, _: &Self::Event, bytes: &[u8]) -> Digest {
        Digest::of(tags::INTENT, &[bytes])
    }

    fn refusal(effects: &[Self::Effect]) -> Option<PlainRefusal> {
        match effects.first() {
            Some(PlainEffect::Refused(refusal)) => Some(refusal.clone()),
            Some(PlainEffect::Made(..)) | None => None,
        }
    }

    fn too_long() -> PlainRefusal {
        broken("its entry is longer than a line may be")
    }

    fn encode_effect(effect: &Self::Effect, out: &mut Vec<u8>) {
        if let PlainEffect::Made(_, json) = effect {
            out.extend_from_slice(json.as_bytes());
        }
    }

    fn settings(state: &PlainState) -> Option<Settings<'_>> {
        let genesis = state.genesis.get(&Only)?;
        Some(Settings { origin: &genesis.origin, state_every: 1, log_key: PublicKey([0; 32]) })
    }

    fn lane(event: &Self::Event, _: &Digest) -> Option<Lane> {
        match event {
            PlainEvent::Genesis(_) => None,
            PlainEvent::Act(act) => {
                let slot = u8::try_from(act.n.get() % 64).unwrap_or_default();
                Some(Lane { key: Digest::of(tags::USER, &[act.by.as_bytes()]), slot })
            }
        }
    }

    fn lane_open(_: &PlainState, _: &Digest, _: Tick) -> bool {
        true
    }

    fn assert_valid(state: &PlainState) {
        state.each(&mut |table| table.assert_valid());
    }
}

/// The ledger's name.
pub(super) const ORIGIN: &str = "sim.example";

/// Takes every event: whoever needs signatures, writes a machine of their own.
impl<M: Simple> Verifier<Self> for Plain<M> {
    fn origin(&self) -> &str {
        ORIGIN
    }

    fn verify(&self, _: &PlainEvent<M::Event>, _: &[u8]) -> Result<(), PlainRefusal> {
        Ok(())
    }
}

impl<M> Default for Plain<M> {
    fn default() -> Self {
        Self(PhantomData)
    }
}
