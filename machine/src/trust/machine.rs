//! The machine as the kernel sees it: `apply`, how events and effects are read and written, and where repeats are looked up.
//!
//! Loops: over the effects of an event, at most seven.

use alloc::vec::Vec;

use super::{apply, curves, effect::Effect, event::Event, operator, refusal::Refusal, state::State};
use crate::{
    bug,
    kernel::{
        Digest, Effects, Lane, Ledgered, Machine, Settings, Stamp, Tick, canonical,
        machine::Malformed,
        table::{Only, Tables as _},
    },
};

/// The machine of the trust loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trust;

impl Machine for Trust {
    type State = State;
    type Event = Event;
    type Effect = Effect;

    fn apply(mut state: State, stamp: &Stamp, event: &Event) -> (State, Effects<Effect>) {
        let result = apply::apply(&mut state, stamp, event, &curves::Curves);
        (state, result.unwrap_or_else(|refusal| [Effect::Refused(refusal)].into()))
    }
}

/// The receipts' slot of a LOGIN: beside the 64 of its session's counters.
const LOGIN_SLOT: u8 = 64;

impl Ledgered for Trust {
    type Refusal = Refusal;

    fn decode(bytes: &[u8]) -> Result<Event, Malformed<Refusal>> {
        Event::read(bytes)
    }

    fn encode(event: &Event, out: &mut Vec<u8>) {
        event.write(out);
    }

    fn id(origin: &str, event: &Event, bytes: &[u8]) -> Digest {
        event.id_of_written(origin, bytes)
    }

    fn refusal(effects: &[Effect]) -> Option<Refusal> {
        match effects {
            [Effect::Refused(refusal)] => Some(*refusal),
            caused => {
                let refused = caused.iter().find(|effect| matches!(effect, Effect::Refused(_)));
                assert_eq!(refused, None, "a refusal stands alone");
                None
            }
        }
    }

    fn too_long() -> Refusal {
        Refusal::Size
    }

    fn encode_effect(effect: &Effect, out: &mut Vec<u8>) {
        canonical::write(effect, out);
    }

    fn settings(state: &State) -> Option<Settings<'_>> {
        let genesis = state.founding()?;
        let log = state.log.get(&Only).unwrap_or_else(|| bug!("{} was founded without a log key", genesis.origin));
        let state_every = genesis.state_every.get();
        Some(Settings { origin: &genesis.origin, state_every, log_key: log.key })
    }

    fn lane(event: &Event, id: &Digest) -> Option<Lane> {
        match event {
            Event::Genesis(_) => None,
            Event::Login(_) => Some(Lane { key: *id, slot: LOGIN_SLOT }),
            Event::Intent(intent) => {
                let slot = (intent.counter.get() % 64) as u8;
                Some(Lane { key: intent.session, slot })
            }
            Event::Operator(_) => Some(operator::lane()),
        }
    }

    fn lane_open(state: &State, lane: &Digest, at: Tick) -> bool {
        *lane == operator::lane().key || state.sessions.get(lane).is_some_and(|session| at < session.until.get())
    }

    fn assert_valid(state: &State) {
        state.each(&mut |table| table.assert_valid());
        state.assert_valid();
    }

    #[cfg(feature = "planted")]
    fn plant(state: &mut State, name: &str) {
        if name == "forget_window" {
            state.sessions.forget_windows();
        }
    }
}
