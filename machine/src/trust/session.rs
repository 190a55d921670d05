//! Sessions: who may act, for how long, and which counters were used; how they end, and which ended ones the state remembers.
//!
//! Loops: over a user's active sessions (at most [`ACTIVE_MAX`]) and ended ones (at most [`ENDED_MAX`]); dropping from the ended takes as
//! many steps as sessions ended in the entry, at most [`ACTIVE_MAX`].

use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::{
    effect::{SessionClosed, SessionOpened},
    owned::owned_table,
    refusal::Refusal,
    types::{Counter, Label, Right, Scope, UserId, as_text},
    user::Users,
};
use crate::{
    bug,
    kernel::{
        Digest, Int, PublicKey, Signature, Tick,
        digest::{hex_into, unhex},
        table::{At, Locate as _, Row, RowKey},
    },
};

/// Ends the session and opens a new one, whose id is the event's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionRotated {
    /// The key that signs in the new session.
    pub device_key: PublicKey,
    /// The new key's signature over the tagged origin and the old session's id.
    pub device_sig: Signature,
}

/// Ends a session of the same user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionRevoked {
    /// Why, for people; may be empty.
    pub reason: Label,
    /// The session that ends.
    pub session: Digest,
}

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

/// How many sessions of a user are active at most; the oldest makes room.
pub const ACTIVE_MAX: usize = 16;
/// How many ended sessions of a user the state remembers.
pub const ENDED_MAX: usize = 16;

impl Row for Session {
    const TABLE: &'static str = "sessions";
    type Key = Digest;
}

owned_table! {
    /// The sessions that users list, active and ended.
    Sessions of Session
}

/// The anti-replay window (as RFC 4303's): bit i is set if counter newest-i was used. 16 hex digits when written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window(u64);

impl fmt::Display for Window {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; 16];
        hex_into(&self.0.to_be_bytes(), &mut text);
        out.write_str(core::str::from_utf8(&text).unwrap_or_else(|_| bug!("hex digits {text:?}")))
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

impl Window {
    /// Whether a counter at or below the newest is marked as used.
    fn marks(self, newest: u64, counter: u64) -> bool {
        newest.checked_sub(counter).is_some_and(|back| back < 64 && self.0 >> back & 1 == 1)
    }

    /// Whether it can stand beside this newest counter: nothing is marked before the first use, and the newest always is after it.
    pub(super) fn fits(self, newest: Int) -> bool {
        if newest == Int::ZERO { self == Self::default() } else { self.0 & 1 == 1 }
    }
}

impl Session {
    /// Whether it may act at a tick.
    #[must_use]
    pub fn active(&self, at: Tick) -> bool {
        self.ended == Ended::No && at < self.until.get()
    }
}

/// What an intent claims of its session.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim {
    pub(super) session: At<Digest>,
    pub(super) key: PublicKey,
    pub(super) counter: Counter,
    pub(super) right: Right,
    /// Whether it only ends its own session, which any session may.
    pub(super) ends_itself: bool,
}

/// Judges what every intent needs of its session, in order; gives the session as this intent leaves it.
pub(super) fn judge(sessions: &Sessions, at: Tick, claim: &Claim) -> Result<Session, Refusal> {
    let session = sessions.get(&claim.session).ok_or(Refusal::UnknownSession)?;
    if session.device_key != claim.key {
        return Err(Refusal::WrongKey);
    }
    if !session.active(at) {
        return Err(Refusal::SessionInactive);
    }
    if !session.scope.allows(claim.right) && !claim.ends_itself {
        return Err(Refusal::Scope);
    }
    let (newest, window) = session.window.take(session.newest.get(), claim.counter.get())?;
    assert!(newest >= session.newest.get(), "counters go on: {newest} after {}", session.newest);
    assert!(window.marks(newest, claim.counter.get()), "{window} below {newest} marks {}", claim.counter);
    Ok(Session { newest: Int::exact(newest), window, ..session.clone() })
}

/// Judges a SESSION_REVOKED: the session must be the user's, and active.
pub(super) fn judge_revoked(sessions: &Sessions, at: Tick, user: UserId, body: &SessionRevoked) -> Result<(), Refusal> {
    let session = sessions.get(&body.session).filter(|session| session.user == user);
    let active = session.ok_or(Refusal::UnknownSession)?.active(at);
    if active { Ok(()) } else { Err(Refusal::SessionInactive) }
}

/// An older intent of the same session must not overwrite what a newer one wrote. Between two sessions the ledger's order decides:
/// an intent names nothing that it replaces, so that one which was held back on its way looks like any other.
pub(super) fn judge_stale(
    written: Option<(&Digest, Counter)>,
    session: &Digest,
    counter: Counter,
) -> Result<(), Refusal> {
    match written {
        Some((by, last)) if by == session && counter < last => Err(Refusal::Stale),
        Some(_) | None => Ok(()),
    }
}

/// A change of a user's sessions, gathered before its lists are written once.
pub(super) struct Change<'a> {
    sessions: &'a mut Sessions,
    user: At<UserId>,
    at: Tick,
    active: Vec<Digest>,
    ended: Vec<Digest>,
    /// The sessions that left `active` in this entry.
    left: Vec<Digest>,
}

impl<'a> Change<'a> {
    /// Begins to change the sessions of a user in an entry of this tick.
    pub(super) fn of(sessions: &'a mut Sessions, users: &Users, user: At<UserId>, at: Tick) -> Self {
        let row = users.known(&user);
        let (active, ended) = (row.sessions.clone(), row.ended.clone());
        assert!(active.len() <= ACTIVE_MAX && ended.len() <= ENDED_MAX, "{} lists too many sessions", user.key());
        Self { sessions, user, at, active, ended, left: Vec::new() }
    }

    fn session(&self, id: &At<Digest>) -> &Session {
        self.sessions.get(id).unwrap_or_else(|| bug!("{} lists session {}, which is none", self.user.key(), id.key()))
    }

    /// Lets the sessions that expired leave, as a session-opening entry does first.
    pub(super) fn expire(&mut self) {
        let (active, expired) = self.active.iter().partition(|id| self.session(&At::new(**id)).active(self.at));
        self.active = active;
        self.left = expired;
    }

    /// The oldest session makes room for a new one, if there are as many as may be.
    pub(super) fn evict(&mut self) -> Option<SessionClosed> {
        let oldest = *self.active.first().filter(|_| self.active.len() >= ACTIVE_MAX)?;
        Some(self.end(oldest, Ended::Evicted, None))
    }

    /// Ends a session before its time.
    fn end(&mut self, id: Digest, ended: Ended, reason: Option<Label>) -> SessionClosed {
        let key = At::new(id);
        let session = self.session(&key).clone();
        assert_eq!(
            (session.ended, session.user),
            (Ended::No, *self.user.key()),
            "a session ends once, and by its user"
        );
        self.sessions.0.put(key, Session { ended, ..session });
        self.active.remove(self.place_of(&id));
        self.left.push(id);
        SessionClosed { cause: ended.text(), reason, session: id, user: *self.user.key() }
    }

    /// Where an active session stands in the list.
    fn place_of(&self, id: &Digest) -> usize {
        let place = self.active.iter().position(|listed| listed == id);
        place.unwrap_or_else(|| bug!("session {id} is active, and {} does not list it", self.user.key()))
    }

    /// Opens a session at a place of the list.
    fn open(&mut self, at: usize, id: Digest, session: Session, first: bool) -> SessionOpened {
        let Session { device_key, scope, until, user, .. } = session;
        assert!(session.active(self.at) && self.active.len() < ACTIVE_MAX, "{id} opens, among {}", self.active.len());
        let rows = self.sessions.rows();
        self.sessions.0.put(id, session);
        assert_eq!(self.sessions.rows(), rows + 1, "session {id} is new");
        self.active.insert(at, id);
        SessionOpened { device_key, first, scope, session: id, until, user }
    }

    /// Opens the session of a LOGIN, behind all others.
    pub(super) fn log_in(&mut self, id: Digest, login: &Opening, first: bool) -> SessionOpened {
        let Opening { device_key, scope, ttl } = *login;
        let (since, until) = (Int::exact(self.at), Int::exact(self.at + ttl.get()));
        let user = *self.user.key();
        let window = Window::default();
        let session = Session { device_key, ended: Ended::No, newest: Int::ZERO, scope, since, until, user, window };
        self.open(self.active.len(), id, session, first)
    }

    /// Ends a session and opens the one that takes its place: same user, scope, age and end.
    pub(super) fn rotate(&mut self, old: Digest, id: Digest, device_key: PublicKey) -> (SessionClosed, SessionOpened) {
        let place = self.place_of(&old);
        let session = self.session(&At::new(old)).clone();
        let closed = self.end(old, Ended::Rotated, None);
        let fresh = Session { device_key, newest: Int::ZERO, window: Window::default(), ..session };
        (closed, self.open(place, id, fresh, false))
    }

    /// Ends a session by a SESSION_REVOKED.
    pub(super) fn revoke(&mut self, body: &SessionRevoked) -> SessionClosed {
        self.end(body.session, Ended::Revoked, Some(body.reason.clone()).filter(|reason| !reason.is_empty()))
    }

    /// Writes the lists, and drops the ended sessions that are too many. Gives the device keys of the sessions that left and of no
    /// session that is active now: their chat keys go.
    pub(super) fn finish(mut self, users: &mut Users) -> Vec<PublicKey> {
        let key_of = |id: &Digest| self.session(&At::new(*id)).device_key;
        let is_active = |id: &&Digest| self.session(&At::new(**id)).active(self.at);
        let kept: Vec<PublicKey> = self.active.iter().filter(is_active).map(key_of).collect();
        let gone = self.left.iter().map(key_of).filter(|key| !kept.contains(key)).collect();
        self.ended.append(&mut self.left);
        let over = self.ended.len().saturating_sub(ENDED_MAX);
        let rows = self.sessions.rows();
        self.ended.drain(..over).for_each(|id| self.sessions.0.remove(&id));
        assert_eq!(self.sessions.rows() + over as u64, rows, "the row of each session that is forgotten goes");
        assert!(self.ended.len() <= ENDED_MAX && self.active.len() <= ACTIVE_MAX, "{} sessions", self.user.key());
        users.list_sessions(self.user, self.active, self.ended);
        gone
    }
}

/// What a LOGIN opens.
pub(super) struct Opening {
    pub(super) device_key: PublicKey,
    pub(super) scope: Scope,
    /// How long the session lives, in ms.
    pub(super) ttl: Int,
}

impl Sessions {
    /// Writes a session as an accepted intent leaves it.
    pub(super) fn used(&mut self, id: At<Digest>, session: Session) {
        let Session { newest, window, .. } = session;
        assert!(newest > Int::ZERO && window.fits(newest), "{newest} was used, and {window} marks it");
        let rows = self.rows();
        self.0.put(id, session);
        assert_eq!(self.rows(), rows, "session {} was there", id.key());
    }

    /// The planted bug: every session's counters start anew.
    #[cfg(feature = "planted")]
    pub(super) fn forget_windows(&mut self) {
        let mut rows = Vec::new();
        self.for_each(|id, session| rows.push((*id, session.clone())));
        for (id, session) in rows {
            self.0.put(id, Session { newest: Int::ZERO, window: Window::default(), ..session });
        }
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
