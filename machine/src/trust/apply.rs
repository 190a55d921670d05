//! `apply` itself: which event goes to which rules. Each is judged whole before anything is written.
//!
//! Loops: over the guards that a LOGIN counts for, three, and its effects, at most five.

use super::{
    curves::Arithmetic,
    effect::Effect,
    event::{Event, Intent, OperatorIntent},
    genesis::Genesis,
    judgement::Envelope,
    kinds::LOGIN_GUARDS,
    limits::{Also, Charges, Counted, Subject},
    login::{Login, LoginBody},
    operator,
    refusal::Refusal,
    ruleset::{GuardName, Per},
    session::Opening,
    session_change::{add_device, change},
    state::State,
    types::UserId,
    upkeep::Upkeep,
};
use crate::kernel::{Effects, Stamp, table::At};

/// Applies an event. The arithmetic is for the one signature that needs the state; the others were checked before.
pub(super) fn apply(
    state: &mut State,
    stamp: &Stamp,
    event: &Event,
    curves: &dyn Arithmetic,
) -> Result<Effects<Effect>, Refusal> {
    match event {
        Event::Genesis(genesis) => found(state, stamp, genesis),
        Event::Login(_) | Event::Intent(_) | Event::Operator(_) if state.founding().is_none() => Err(Refusal::Genesis),
        Event::Login(login) => log_in(state, stamp, login),
        Event::Intent(intent) => act(state, stamp, intent),
        Event::Operator(intent) => operate(state, stamp, intent, curves),
    }
}

/// Founds the ledger: entry 0, without effects.
fn found(state: &mut State, stamp: &Stamp, genesis: &Genesis) -> Result<Effects<Effect>, Refusal> {
    genesis.judge(stamp.seq, state.founding().is_some())?;
    let upkeep = Upkeep::plan(state, stamp);
    state.aegis.found();
    state.genesis.found(genesis);
    operator::found(&mut state.operator, &mut state.log, genesis.operator_key, genesis.log_key);
    state.ruleset.found(genesis.ruleset.clone());
    upkeep.apply(state, stamp);
    assert_eq!((stamp.seq, state.origin()), (0, genesis.origin.as_str()), "entry 0 founds the ledger");
    Ok(Effects::new())
}

/// Opens a session of a wallet, whose user it creates if this is the first.
fn log_in(state: &mut State, stamp: &Stamp, login: &Login) -> Result<Effects<Effect>, Refusal> {
    let id = login.id(state.origin());
    let user = At::new(login.user());
    let first = state.users.get(&user).is_none();
    let upkeep = Upkeep::plan(state, stamp);
    if upkeep.login_exists(state, login, id) {
        return Err(Refusal::SessionExists);
    }
    let charges = charges(state, stamp, login.user(), first);
    charges.judge()?;
    upkeep.judge_login(state, stamp, login)?;
    let advised = state.aegis.judge(&charges)?;

    upkeep.apply(state, stamp);
    charges.count(&mut state.guards);
    if first {
        state.users.create(user, login.account(), stamp.at);
        state.codes.add(login.user());
    }
    state.logins.add(login, id);
    let LoginBody { device_key, scope, ttl, .. } = *login.body();
    let (evicted, opened) = change(state, user, stamp.at, |sessions| {
        sessions.expire();
        (sessions.evict(), sessions.log_in(id, &Opening { device_key, scope, ttl }, first))
    });
    add_device(state, user, device_key);
    let row = state.users.known(&user);
    assert_eq!(
        (row.account, row.sessions.last()),
        (login.account(), Some(&id)),
        "a LOGIN is its wallet's newest session"
    );
    Ok(advised.into_iter().chain(evicted.map(Effect::from)).chain([opened.into()]).collect())
}

/// The guards that a LOGIN counts for; beside `rate_user`, which all count for.
fn charges(state: &State, stamp: &Stamp, user: UserId, first: bool) -> Charges {
    let also: Also = LOGIN_GUARDS
        .into_iter()
        .filter(|name| *name != GuardName::RateUser && (first || *name != GuardName::RateFirstLogins))
        .map(|name| Counted(name, if name.per() == Per::All { Subject::All } else { Subject::User(user) }))
        .collect();
    Charges::new(&state.guards, state.ruleset.in_force(), stamp, user, also)
}

/// Lets a device act in its session.
fn act(state: &mut State, stamp: &Stamp, intent: &Intent) -> Result<Effects<Effect>, Refusal> {
    let Intent { key, counter, session, .. } = *intent;
    intent.body.act(state, stamp, &Envelope { session, key, counter, id: &|origin| intent.id(origin) })
}

/// Lets the operator act.
fn operate(
    state: &mut State,
    stamp: &Stamp,
    intent: &OperatorIntent,
    curves: &dyn Arithmetic,
) -> Result<Effects<Effect>, Refusal> {
    state.operator.judge(&intent.key, intent.counter)?;
    intent.body.judge(state, curves)?;

    Upkeep::plan(state, stamp).apply(state, stamp);
    state.operator.used(intent.counter);
    Ok([intent.body.apply(state)].into())
}
