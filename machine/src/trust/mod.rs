//! The QFS x ATLAS machine: what logins, profiles, chats, referrals and rewards mean, and nothing else.
//!
//! Each module owns one concern: its rows, its judgement, its writing. An event's way through them:
//!
//! ```text
//! bytes -> event::read -> verify (signatures) -> apply -> session (who, active, scope, counter) -> limits -> its own rules
//!                                                  -> aegis -> then only: head, anchors, counts, its own rows -> effects
//! ```
//!
//! Everything is judged before anything is written, so a refusal leaves the state as it was.
//!
//! Absent on purpose: clocks, randomness, the content of messages and profiles, and any way to write a reward.

pub mod anchor;
pub mod chat;
pub mod effect;
pub mod event;
pub mod explain;
pub mod limits;
pub mod login;
pub mod operator;
pub mod profile;
pub mod referral;
pub mod refusal;
pub mod reward;
pub mod ruleset;
pub mod session;
mod state;
pub mod tables;
pub mod time;
pub mod user;
pub mod verify;
pub mod words;

use alloc::vec::Vec;

pub use effect::Effect;
pub use event::{Body, Event, Intent};
pub use refusal::Refusal;
pub use state::State;
pub use words::UserId;

use limits::Charges;

use crate::kernel::{
    Digest, Effects, Lane, Ledgered, Machine, Settings, Stamp, Tick, canonical,
    machine::Malformed,
    table::{At, Locate as _, Only, Tables as _},
    tags,
};

/// The machine of the trust loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trust;

impl Machine for Trust {
    type State = State;
    type Event = Event;
    type Effect = Effect;

    fn apply(mut state: State, stamp: &Stamp, event: &Event) -> (State, Effects<Effect>) {
        let result = match event {
            Event::Genesis(genesis) => ruleset::apply(&mut state, stamp, genesis),
            Event::Login(login) => login::apply(&mut state, stamp, login),
            Event::Intent(intent) => apply_intent(&mut state, stamp, intent),
            Event::Operator(intent) => operator::apply(&mut state, stamp, intent),
        };
        (state, result.unwrap_or_else(|refusal| [Effect::Refused(refusal)].into()))
    }
}

/// Judges an intent whole, in the order of the specification, then writes.
fn apply_intent(state: &mut State, stamp: &Stamp, intent: &Intent) -> Result<Effects<Effect>, Refusal> {
    let id = At::new(intent.session);
    let session = session::judge(state, stamp, intent, &id)?;
    let user = At::new(session.user);
    let charges = Charges::intent(state, stamp, session.user, &intent.body);
    limits::judge(&charges)?;
    let other = judge_body(state, stamp, user, intent)?;
    let mut effects = limits::judge_aegis(state, &charges)?;

    anchor::advance(state, stamp, &anchor::plan(state, stamp));
    limits::count(state, charges);
    state.sessions.put(id, session);
    effects.extend(match &intent.body {
        Body::ProfileUpdated(body) => profile::update(state, user, intent, body),
        Body::KeysPublished(body) => chat::publish(state, *user.key(), intent, body),
        Body::ReferralUse(body) => referral::record(state, stamp, user, other, body.code),
        Body::Message(body) => chat::relay(state, stamp, intent, (user, other), body),
        Body::SessionRotated(body) => session::rotate(state, user, intent, body),
        Body::SessionRevoked(body) => session::revoke(state, user, body),
        Body::ProfileErased(_) => profile::erase(state, user, intent),
    });
    Ok(effects)
}

/// The kind's own rules; gives the other user whom it concerns: a code's owner, a message's receiver, else the user again.
fn judge_body(state: &State, stamp: &Stamp, user: At<UserId>, intent: &Intent) -> Result<At<UserId>, Refusal> {
    match &intent.body {
        Body::ProfileUpdated(_) => profile::judge(state, user, intent).map(|()| user),
        Body::KeysPublished(_) => chat::judge_keys(state, *user.key(), intent).map(|()| user),
        Body::ReferralUse(body) => referral::judge(state, stamp, user, body),
        Body::Message(body) => chat::judge_message(state, *user.key(), body),
        Body::SessionRotated(_) => Ok(user),
        Body::SessionRevoked(body) => session::judge_revoked(state, stamp, *user.key(), body).map(|()| user),
        Body::ProfileErased(_) => profile::judge_erased(state, user, intent).map(|()| user),
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
        match event {
            Event::Genesis(_) => Digest::of(tags::INTENT, &[bytes]),
            Event::Login(login) => login.id(origin),
            Event::Intent(_) | Event::Operator(_) => {
                let [before, after] = event::around_signature(bytes);
                Digest::of(tags::INTENT, &[origin.as_bytes(), b"\n", before, after])
            }
        }
    }

    fn refusal(effects: &[Effect]) -> Option<Refusal> {
        match effects {
            [Effect::Refused(refusal)] => Some(*refusal),
            _ => None,
        }
    }

    fn too_long() -> Refusal {
        Refusal::Size
    }

    fn encode_effect(effect: &Effect, out: &mut Vec<u8>) {
        canonical::write(effect, out);
    }

    fn settings(state: &State) -> Option<Settings<'_>> {
        let (genesis, log) = (state.genesis()?, state.log.get(&Only)?);
        let state_every = genesis.state_every.get().max(1);
        Some(Settings { origin: &genesis.origin, state_every, log_key: log.key })
    }

    fn lane(event: &Event, id: &Digest) -> Option<Lane> {
        match event {
            Event::Genesis(_) => None,
            Event::Login(_) => Some(Lane { key: *id, slot: LOGIN_SLOT }),
            Event::Intent(intent) => {
                let slot = u8::try_from(intent.counter.get() % 64).unwrap_or_default();
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
            state.forget_windows();
        }
    }
}

#[cfg(test)]
mod tests;
