//! A ledger for any machine: its state, events and effects are kept as JSON with sorted keys, and whoever submits events
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

use super::Simple;

/// A machine with a ledger.
pub struct Plain<M>(PhantomData<fn() -> M>);

impl<M> fmt::Debug for Plain<M> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Plain")
    }
}

/// What can happen.
#[derive(Clone, Debug)]
pub enum Event<E> {
    /// The ledger begins.
    Genesis(Genesis),
    /// Something happens to the machine.
    Act(Act<E>),
}

/// What the ledger begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Genesis {
    /// The ledger's name.
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
    pub fn new(by: String, n: Int, event: E) -> Result<Self, serde_json::Error> {
        Ok(Self { by, json: written(&event)?, event, n })
    }

    /// The name of its variant; `event` if it is no enum.
    pub(super) fn kind(&self) -> String {
        named(&self.json).map_or_else(|| super::words::ONLY.to_string(), |(name, _)| name)
    }
}

/// What follows.
#[derive(Clone, Debug)]
pub enum Effect<E> {
    /// An effect of the machine, and its JSON.
    Made(E, String),
    /// The event is none.
    Refused(Refusal),
}

/// Why an event is no entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not an event.
    #[error("shape")]
    Shape,
    /// A second genesis, or anything before the first.
    #[error("genesis")]
    Genesis,
    /// Not the actor's next number.
    #[error("number")]
    Number,
    /// What the machine says.
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

/// The machine's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    json: String,
}

impl Row for Count {
    const TABLE: &'static str = "actors";
    type Key = Actor;
}

impl Row for Genesis {
    const TABLE: &'static str = "genesis";
    type Key = Only;
}

impl Row for Whole {
    const TABLE: &'static str = "state";
    type Key = Only;
}

/// What the ledger remembers.
#[derive(Clone, Debug, Default)]
pub struct State {
    actors: Table<Count>,
    genesis: Table<Genesis>,
    whole: Table<Whole>,
}

impl State {
    /// The machine's state as JSON, once something has happened to it.
    pub(super) fn json(&self) -> Option<&str> {
        self.whole.get(&Only).map(|whole| whole.json.as_str())
    }
}

impl Tables for State {
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
    type State = State;
    type Event = Event<M::Event>;
    type Effect = Effect<M::Effect>;

    fn apply(mut state: State, stamp: &Stamp, event: &Self::Event) -> (State, Effects<Self::Effect>) {
        let result = match event {
            Event::Genesis(genesis) => begin(&mut state, genesis),
            Event::Act(act) => act_on::<M>(&mut state, stamp, act),
        };
        (state, result.unwrap_or_else(|refusal| [Effect::Refused(refusal)].into()))
    }
}

fn begin<E>(state: &mut State, genesis: &Genesis) -> Result<Effects<Effect<E>>, Refusal> {
    if state.genesis.get(&Only).is_some() {
        return Err(Refusal::Genesis);
    }
    state.genesis.put(Only, genesis.clone());
    Ok(Effects::new())
}

type Made<M> = Effects<Effect<<M as Machine>::Effect>>;

fn act_on<M: Simple>(state: &mut State, stamp: &Stamp, act: &Act<M::Event>) -> Result<Made<M>, Refusal> {
    state.genesis.get(&Only).ok_or(Refusal::Genesis)?;
    let actor = Actor(act.by.clone());
    let count = state.actors.get(&actor).map_or(0, |count| count.n.get());
    if act.n.get() != count + 1 {
        return Err(Refusal::Number);
    }
    let (before, before_json) = match state.json() {
        Some(json) => (survives::<M::State>("its state", json)?, json.to_string()),
        None => (M::State::default(), json_of("its state", &M::State::default())?),
    };
    let (after, effects) = M::apply(before, stamp, &act.event);
    let json = json_of("its state", &after)?;
    let made: Made<M> = effects
        .into_iter()
        .map(|effect| json_of("an effect", &effect).map(|json| Effect::Made(effect, json)))
        .collect::<Result<_, _>>()?;
    if let Some(code) = refusal_in(&made) {
        let same = json == before_json;
        return Err(if same { Refusal::Said(code) } else { broken("it refuses an event, and changes its state") });
    }
    survives::<M::State>("its state", &json)?;
    state.actors.put(actor, Count { n: act.n });
    state.whole.put(Only, Whole { json });
    Ok(made)
}

fn broken(what: impl Into<String>) -> Refusal {
    Refusal::Broken(what.into())
}

/// JSON with sorted keys.
pub(super) fn written<T: Serialize>(value: &T) -> Result<String, serde_json::Error> {
    serde_json::to_value(value).map(|value| value.to_string())
}

fn json_of<T: Serialize>(what: &str, value: &T) -> Result<String, Refusal> {
    written(value).map_err(|error| broken(format!("{what} cannot be written as JSON: {error}")))
}

/// Reads JSON, and sees that it is written the same again: what a restart reads back must be what was there.
fn survives<T: Serialize + DeserializeOwned>(what: &str, json: &str) -> Result<T, Refusal> {
    let read: T = serde_json::from_str(json)
        .map_err(|error| broken(format!("{what} cannot be read back from {json}: {error}")))?;
    let again = json_of(what, &read)?;
    if again == json { Ok(read) } else { Err(broken(format!("{what} is {json}, and read back it is {again}"))) }
}

/// An enum's JSON as the variant's name and what it holds.
pub(super) fn named(json: &str) -> Option<(String, Value)> {
    match serde_json::from_str(json).ok()? {
        Value::String(name) => Some((name, Value::Null)),
        Value::Object(map) if map.len() == 1 => map.into_iter().next(),
        _ => None,
    }
}

/// The code of a refusal, if that is all that follows.
fn refusal_in<E>(effects: &[Effect<E>]) -> Option<String> {
    let [Effect::Made(_, json)] = effects else { return None };
    let (name, why) = named(json)?;
    let code = match why {
        Value::String(code) => code,
        Value::Null => "refused".to_string(),
        other => named(&other.to_string()).map_or_else(|| other.to_string(), |(code, _)| code),
    };
    ["Refused", "Err"].contains(&name.as_str()).then_some(code)
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

fn read<M: Simple>(bytes: &[u8]) -> Result<Event<M::Event>, serde_json::Error> {
    use serde::de::Error as _;
    let envelope: Envelope<'_> = serde_json::from_slice(bytes)?;
    let event = match envelope.kind {
        "GENESIS" => Event::Genesis(serde_json::from_str(envelope.body.get())?),
        "ACT" => {
            let Body { by, event, n } = serde_json::from_str(envelope.body.get())?;
            Event::Act(Act::new(by, n, serde_json::from_str(event.get())?)?)
        }
        other => return Err(serde_json::Error::custom(format!("no event is called {other}"))),
    };
    if envelope.v == Int::from(1) && canonical::<M>(&event) == bytes {
        Ok(event)
    } else {
        Err(serde_json::Error::custom("not as the ledger writes it"))
    }
}

fn canonical<M: Simple>(event: &Event<M::Event>) -> Vec<u8> {
    let mut bytes = Vec::new();
    Plain::<M>::encode(event, &mut bytes);
    bytes
}

impl<M: Simple> Ledgered for Plain<M> {
    type Refusal = Refusal;

    fn decode(bytes: &[u8]) -> Result<Self::Event, Malformed<Refusal>> {
        read::<M>(bytes).map_err(|error| Malformed { refusal: Refusal::Shape, detail: error.to_string() })
    }

    fn encode(event: &Self::Event, out: &mut Vec<u8>) {
        let (body, kind) = match event {
            Event::Genesis(genesis) => (to_bytes(genesis), "GENESIS"),
            Event::Act(Act { by, json, n, .. }) => {
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

    fn refusal(effects: &[Self::Effect]) -> Option<Refusal> {
        match effects.first() {
            Some(Effect::Refused(refusal)) => Some(refusal.clone()),
            Some(Effect::Made(..)) | None => None,
        }
    }

    fn too_long() -> Refusal {
        broken("its entry is longer than a line may be")
    }

    fn encode_effect(effect: &Self::Effect, out: &mut Vec<u8>) {
        if let Effect::Made(_, json) = effect {
            out.extend_from_slice(json.as_bytes());
        }
    }

    fn settings(state: &State) -> Option<Settings<'_>> {
        let genesis = state.genesis.get(&Only)?;
        Some(Settings { origin: &genesis.origin, state_every: 1, log_key: PublicKey([0; 32]) })
    }

    fn lane(event: &Self::Event, _: &Digest) -> Option<Lane> {
        match event {
            Event::Genesis(_) => None,
            Event::Act(act) => {
                let slot = u8::try_from(act.n.get() % 64).unwrap_or_default();
                Some(Lane { key: Digest::of(tags::USER, &[act.by.as_bytes()]), slot })
            }
        }
    }

    fn lane_open(_: &State, _: &Digest, _: Tick) -> bool {
        true
    }

    fn assert_valid(state: &State) {
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

    fn verify(&self, _: &Event<M::Event>, _: &[u8]) -> Result<(), Refusal> {
        Ok(())
    }
}

impl<M> Default for Plain<M> {
    fn default() -> Self {
        Self(PhantomData)
    }
}
