//! Sessions: who may act, for how long, and which counters were used.

use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::{
    State,
    effect::{Effect, SessionClosed, SessionOpened},
    event::{Body, Intent, SessionRevoked, SessionRotated},
    login::LoginBody,
    referral,
    refusal::Refusal,
    words::{Label, Of, Scope, UserId, as_text},
};
use crate::kernel::{
    Digest, Effects, Int, PublicKey, Stamp, Tick,
    digest::{hex_into, unhex},
    table::{At, Locate as _, Row, RowKey},
};

/// How far above the newest counter the next one may lie.
pub const COUNTER_AHEAD_MAX: u64 = 1_000_000;

/// A session, by its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// The key that signs in it.
    pub device_key: PublicKey,
    /// How it ended before its time, if it did.
    pub ended: Ended,
    /// The newest counter used; 0 if none was.
    pub newest: Int,
    /// What it may do.
    pub scope: Scope,
    /// Its LOGIN's tick.
    pub since: Int,
    /// The tick at which it ends by itself.
    pub until: Int,
    /// Whose it is.
    pub user: UserId,
    /// Which of the newest 64 counters were used.
    pub window: Window,
}

/// How a session ended before its time. Empty when written, if it did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ended {
    /// It did not.
    #[default]
    #[serde(rename = "")]
    No,
    /// A login opened one too many.
    Evicted,
    /// A SESSION_REVOKED ended it.
    Revoked,
    /// It goes on under another key.
    Rotated,
}

impl Ended {
    /// As it is written.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::No => "",
            Self::Evicted => "evicted",
            Self::Revoked => "revoked",
            Self::Rotated => "rotated",
        }
    }
}

/// How many sessions of a user are active at most.
pub const ACTIVE_MAX: usize = 16;

impl Row for Session {
    const TABLE: &'static str = "sessions";
    type Key = Digest;
}

/// The anti-replay window (as RFC 4303's): bit i is set if counter newest-i was used. 16 hex digits when written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window(u64);

impl fmt::Display for Window {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; 16];
        hex_into(&self.0.to_be_bytes(), &mut text);
        out.write_str(core::str::from_utf8(&text).unwrap_or_default())
    }
}

impl RowKey for Window {
    fn parse(text: &str) -> Option<Self> {
        unhex(text).map(|bytes| Self(u64::from_be_bytes(bytes)))
    }
}

as_text!(Window, "16 lower-case hex digits");

impl Window {
    /// Newest and window once a counter is used.
    ///
    /// # Errors
    /// `counter_used`, `counter_old` or `counter_ahead`.
    pub fn take(self, newest: u64, counter: u64) -> Result<(u64, Self), Refusal> {
        if counter > newest {
            let steps = counter - newest;
            if steps > COUNTER_AHEAD_MAX {
                return Err(Refusal::CounterAhead);
            }
            let shifted = if steps < 64 { self.0 << steps } else { 0 };
            return Ok((counter, Self(shifted | 1)));
        }
        match newest - counter {
            back @ 0..=63 if self.0 >> back & 1 == 0 => Ok((newest, Self(self.0 | 1 << back))),
            0..=63 => Err(Refusal::CounterUsed),
            _ => Err(Refusal::CounterOld),
        }
    }
}

impl Session {
    pub(super) fn open(login: &LoginBody, user: UserId, at: Tick, until: Int) -> Self {
        Self {
            device_key: login.device_key,
            ended: Ended::No,
            newest: Int::ZERO,
            scope: login.scope,
            since: Int::saturating(at),
            until,
            user,
            window: Window::default(),
        }
    }

    /// Whether it may act at a tick.
    #[must_use]
    pub fn active(&self, at: Tick) -> bool {
        self.ended == Ended::No && at < self.until.get()
    }
}

/// Judges what every intent needs of its session, in order; gives the session as this intent leaves it.
pub(super) fn judge(state: &State, stamp: &Stamp, intent: &Intent, id: &At<Digest>) -> Result<Session, Refusal> {
    let session = state.sessions.get(id).ok_or(Refusal::UnknownSession)?;
    if session.device_key != intent.key {
        return Err(Refusal::WrongKey);
    }
    if !session.active(stamp.at) {
        return Err(Refusal::SessionInactive);
    }
    let revokes_itself = matches!(&intent.body, Body::SessionRevoked(body) if body.session == intent.session);
    if !session.scope.allows(intent.body.right()) && !revokes_itself {
        return Err(Refusal::Scope);
    }
    let (newest, window) = session.window.take(session.newest.get(), intent.counter.get())?;
    Ok(Session { newest: Int::saturating(newest), window, ..session.clone() })
}

/// Judges a SESSION_REVOKED: the session must be the user's, and active.
pub(super) fn judge_revoked(state: &State, stamp: &Stamp, user: UserId, body: &SessionRevoked) -> Result<(), Refusal> {
    let session = state.sessions.get(&body.session).filter(|session| session.user == user);
    let active = session.ok_or(Refusal::UnknownSession)?.active(stamp.at);
    if active { Ok(()) } else { Err(Refusal::SessionInactive) }
}

/// Ends a session that has an end of its own in the ledger; gives the effect.
pub(super) fn end(state: &mut State, id: Digest, ended: Ended, reason: Option<Label>) -> Option<Effect> {
    let id = At::new(id);
    let session = state.sessions.get(&id)?.clone();
    let user = session.user;
    state.sessions.put(id, Session { ended, ..session });
    Some(SessionClosed { cause: ended.text(), reason, session: *id.key(), user }.into())
}

/// Ends a session by a SESSION_REVOKED.
pub(super) fn revoke(state: &mut State, user: At<UserId>, body: &SessionRevoked) -> Effects<Effect> {
    let reason = Some(body.reason.clone()).filter(|reason| !reason.is_empty());
    let closed = end(state, body.session, Ended::Revoked, reason);
    replace_listed(state, user, |sessions| sessions.retain(|id| *id != body.session));
    closed.into_iter().collect()
}

/// Ends a session and opens the one that takes its place: same user, scope, age and end.
pub(super) fn rotate(state: &mut State, user: At<UserId>, intent: &Intent, body: &SessionRotated) -> Effects<Effect> {
    let Some(old) = state.sessions.get(&intent.session).cloned() else { return Effects::new() };
    let id = state.genesis().map_or(Digest::ZERO, |genesis| intent.id(&genesis.origin));
    let closed = end(state, intent.session, Ended::Rotated, None);
    let Session { scope, until, .. } = old;
    let device_key = body.device_key;
    state.sessions.put(id, Session { device_key, newest: Int::ZERO, window: Window::default(), ..old });
    referral::note_device(state, *user.key(), device_key);
    replace_listed(state, user, |sessions| {
        sessions.iter_mut().filter(|listed| **listed == intent.session).for_each(|listed| *listed = id);
    });
    let opened = SessionOpened { device_key, first: false, scope, session: id, until, user: *user.key() };
    closed.into_iter().chain([Effect::from(opened)]).collect()
}

/// Changes a user's list of sessions; the chat keys of a device go with the last one in it that has its key.
pub(super) fn replace_listed(state: &mut State, user: At<UserId>, change: impl FnOnce(&mut Vec<Digest>)) {
    let Some(mut row) = state.users.get(&user).cloned() else { return };
    let before = row.sessions.clone();
    change(&mut row.sessions);
    let key_of = |id: &Digest| state.sessions.get(id).map(|session| session.device_key);
    let kept: Vec<PublicKey> = row.sessions.iter().filter_map(key_of).collect();
    let dropped = before.iter().filter(|id| !row.sessions.contains(*id)).filter_map(key_of);
    let gone: Vec<PublicKey> = dropped.filter(|key| !kept.contains(key)).collect();
    state.users.put(user, row);
    gone.into_iter().for_each(|key| state.chat_keys.remove(&Of(*user.key(), key)));
}

/// What wrote a row last: an older intent of the same session must not overwrite it.
pub(super) fn judge_stale(written: Option<(&Digest, Int)>, intent: &Intent) -> Result<(), Refusal> {
    match written {
        Some((session, counter)) if *session == intent.session && intent.counter < counter => Err(Refusal::Stale),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_window_is_a_set_of_used_counters(steps in proptest::collection::vec((0u64..200, any::<bool>()), 1..80)) {
            let (mut newest, mut window, mut used) = (0, Window::default(), BTreeSet::new());
            for (step, back) in steps {
                let counter: u64 = if back { u64::saturating_sub(newest, step).max(1) } else { newest + step.max(1) };
                let expected = if counter + 63 < newest {
                    Err(Refusal::CounterOld)
                } else if used.contains(&counter) {
                    Err(Refusal::CounterUsed)
                } else {
                    Ok(newest.max(counter))
                };
                let taken = window.take(newest, counter);
                prop_assert_eq!(taken.map(|(newest, _)| newest), expected);
                if let Ok(after) = taken {
                    (newest, window) = after;
                    used.insert(counter);
                }
            }
        }
    }

    #[test]
    fn the_window_ends_where_the_specification_says() {
        let at_100 = Window(1);
        assert_eq!(
            at_100.take(100, 37).map(|(newest, window)| (newest, alloc::format!("{window}"))),
            Ok((100, "8000000000000001".into()))
        );
        assert_eq!(at_100.take(100, 36), Err(Refusal::CounterOld));
        assert_eq!(at_100.take(100, 100), Err(Refusal::CounterUsed));
        assert_eq!(at_100.take(100, 1_000_100).map(|(newest, _)| newest), Ok(1_000_100));
        assert_eq!(at_100.take(100, 1_000_101), Err(Refusal::CounterAhead));
        assert_eq!(Window::default().take(0, 1), Ok((1, Window(1))), "zeros at first");
    }
}
