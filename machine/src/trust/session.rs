//! Sessions: who may act, for how long, and which counters were used.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::{
    State,
    event::Intent,
    login::LoginBody,
    refusal::Refusal,
    words::{Scope, UserId, as_text},
};
use crate::kernel::{
    Digest, Int, PublicKey, Stamp, Tick,
    digest::{hex_into, unhex},
    table::{At, Row, RowKey},
};

/// How far above the newest counter the next one may lie.
pub const COUNTER_AHEAD_MAX: u64 = 1_000_000;

/// A session, by its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// The key that signs in it.
    pub device_key: PublicKey,
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
        at < self.until.get()
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
    if !session.scope.allows(intent.body.right()) {
        return Err(Refusal::Scope);
    }
    let (newest, window) = session.window.take(session.newest.get(), intent.counter.get())?;
    Ok(Session { newest: Int::saturating(newest), window, ..session.clone() })
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
