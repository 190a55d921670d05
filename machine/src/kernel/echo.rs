//! A toy machine: speakers say numbered things, and the machine says them back. The kernel is tested with it, and so is the
//! simulator; it is also the shortest example of a ledgered machine with tables of its own.

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};
use core::fmt;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{
    Digest, Effects, Int, Lane, Ledgered, Machine, PublicKey, Settings, Stamp, Tick, Verifier,
    canonical::{from_bytes, to_bytes},
    machine::Malformed,
    table::{AnyTable, Only, Row, RowKey, Table, Tables},
    tags,
};

/// The toy machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Echo;

/// What can happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EchoEvent {
    /// The ledger begins.
    Genesis(EchoGenesis),
    /// Somebody says something.
    Say(Say),
}

/// What the ledger begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EchoGenesis {
    /// Signs checkpoints.
    pub log_key: PublicKey,
    /// The ledger's name.
    pub origin: String,
    /// How often an entry carries the state root; at least 1.
    pub state_every: Int,
}

/// One thing said. `n` counts a speaker's sayings from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Say {
    /// Who says it.
    pub by: String,
    /// The speaker's count, this one included.
    pub n: Int,
    /// What is said.
    pub text: String,
}

/// What follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EchoEffect {
    /// It was said back.
    Echoed {
        /// What.
        text: String,
    },
    /// It was not.
    Refused(EchoRefusal),
}

/// Why something is not said back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EchoRefusal {
    /// Not an event.
    #[error("shape")]
    Shape,
    /// A second genesis, or anything before the first.
    #[error("genesis")]
    Genesis,
    /// So long that no line would hold the entry.
    #[error("length")]
    Length,
    /// Not the speaker's next number.
    #[error("number")]
    Number,
}

/// The last thing that a speaker said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    n: Int,
    text: String,
}

/// A speaker's name as a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speaker(pub String);

impl fmt::Display for Speaker {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl RowKey for Speaker {
    fn parse(text: &str) -> Option<Self> {
        Some(Self(text.to_string()))
    }
}

impl Row for EchoGenesis {
    const TABLE: &'static str = "genesis";
    type Key = Only;
}

impl Row for Said {
    const TABLE: &'static str = "said";
    type Key = Speaker;
}

/// The machine's state.
#[derive(Clone, Debug, Default)]
pub struct EchoState {
    genesis: Table<EchoGenesis>,
    said: Table<Said>,
}

impl Tables for EchoState {
    fn each(&self, each: &mut dyn FnMut(&dyn AnyTable)) {
        each(&self.genesis);
        each(&self.said);
    }

    fn each_mut(&mut self, each: &mut dyn FnMut(&mut dyn AnyTable)) {
        each(&mut self.genesis);
        each(&mut self.said);
    }
}

impl Machine for Echo {
    type State = EchoState;
    type Event = EchoEvent;
    type Effect = EchoEffect;

    fn apply(mut state: EchoState, _: &Stamp, event: &EchoEvent) -> (EchoState, Effects<EchoEffect>) {
        let result = match event {
            EchoEvent::Genesis(genesis) => begin(&mut state, genesis),
            EchoEvent::Say(say) => echo(&mut state, say),
        };
        (state, result.unwrap_or_else(|refusal| [EchoEffect::Refused(refusal)].into()))
    }
}

fn begin(state: &mut EchoState, genesis: &EchoGenesis) -> Result<Effects<EchoEffect>, EchoRefusal> {
    if state.genesis.get(&Only).is_some() {
        return Err(EchoRefusal::Genesis);
    }
    state.genesis.put(Only, genesis.clone());
    Ok(Effects::new())
}

fn echo(state: &mut EchoState, say: &Say) -> Result<Effects<EchoEffect>, EchoRefusal> {
    state.genesis.get(&Only).ok_or(EchoRefusal::Genesis)?;
    let speaker = Speaker(say.by.clone());
    if say.n.get() != state.said.get(&speaker).map_or(0, |said| said.n.get()) + 1 {
        return Err(EchoRefusal::Number);
    }
    state.said.put(speaker, Said { n: say.n, text: say.text.clone() });
    Ok([EchoEffect::Echoed { text: say.text.clone() }].into())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<'a> {
    #[serde(borrow)]
    body: &'a RawValue,
    kind: &'a str,
    v: Int,
}

impl Ledgered for Echo {
    type Refusal = EchoRefusal;

    fn decode(bytes: &[u8]) -> Result<EchoEvent, Malformed<EchoRefusal>> {
        let shape = |detail: String| Malformed { refusal: EchoRefusal::Shape, detail };
        let envelope: Envelope<'_> = serde_json::from_slice(bytes).map_err(|error| shape(format!("{error}")))?;
        let body = envelope.body.get().as_bytes();
        let event = match envelope.kind {
            "GENESIS" => from_bytes(body).map(EchoEvent::Genesis),
            "SAY" => from_bytes(body).map(EchoEvent::Say),
            other => return Err(shape(format!("no event is called {other}"))),
        };
        let event = event.map_err(|error| shape(format!("{error}")))?;
        if envelope.v == Int::from(1) && canonical(&event) == bytes {
            Ok(event)
        } else {
            Err(shape("not canonical".to_string()))
        }
    }

    fn encode(event: &EchoEvent, out: &mut Vec<u8>) {
        let (body, kind) = match event {
            EchoEvent::Genesis(genesis) => (to_bytes(genesis), "GENESIS"),
            EchoEvent::Say(say) => (to_bytes(say), "SAY"),
        };
        out.extend_from_slice(b"{\"body\":");
        out.extend(body);
        out.extend(format!(",\"kind\":\"{kind}\",\"v\":1}}").bytes());
    }

    fn id(_: &str, _: &EchoEvent, bytes: &[u8]) -> Digest {
        Digest::of(tags::INTENT, &[bytes])
    }

    fn refusal(effects: &[EchoEffect]) -> Option<EchoRefusal> {
        match effects.first() {
            Some(EchoEffect::Refused(refusal)) => Some(*refusal),
            Some(EchoEffect::Echoed { .. }) | None => None,
        }
    }

    fn too_long() -> EchoRefusal {
        EchoRefusal::Length
    }

    fn encode_effect(effect: &EchoEffect, out: &mut Vec<u8>) {
        if let EchoEffect::Echoed { text } = effect {
            out.extend_from_slice(b"{\"kind\":\"Echoed\",\"text\":");
            out.extend(to_bytes(text));
            out.push(b'}');
        }
    }

    fn settings(state: &EchoState) -> Option<Settings<'_>> {
        let genesis = state.genesis.get(&Only)?;
        let state_every = genesis.state_every.get().max(1);
        Some(Settings { origin: &genesis.origin, state_every, log_key: genesis.log_key })
    }

    fn lane(event: &EchoEvent, _: &Digest) -> Option<Lane> {
        match event {
            EchoEvent::Genesis(_) => None,
            EchoEvent::Say(say) => {
                let slot = (say.n.get() % 64) as u8;
                Some(Lane { key: Digest::of(tags::USER, &[say.by.as_bytes()]), slot })
            }
        }
    }

    fn lane_open(_: &EchoState, _: &Digest, _: Tick) -> bool {
        true
    }

    fn assert_valid(state: &EchoState) {
        state.each(&mut |table| table.assert_valid());
        assert!(state.genesis.rows() <= 1, "one genesis");
    }

    #[cfg(feature = "planted")]
    fn plant(state: &mut EchoState, name: &str) {
        if name == "forget_window" {
            state.said = Table::default();
        }
    }
}

fn canonical(event: &EchoEvent) -> Vec<u8> {
    let mut bytes = Vec::new();
    Echo::encode(event, &mut bytes);
    bytes
}

/// Takes every event: a toy has no signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsigned {
    /// The ledger's name.
    pub origin: String,
}

impl Verifier<Echo> for Unsigned {
    fn origin(&self) -> &str {
        &self.origin
    }

    fn verify(&self, _: &EchoEvent, _: &[u8]) -> Result<(), EchoRefusal> {
        Ok(())
    }
}
