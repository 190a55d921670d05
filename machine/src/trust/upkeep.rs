//! What every entry but the first does beside its event: anchors come and go, and the ids of logins that have expired go. Planned from
//! the state alone before anything is judged, and carried out only if the event is accepted.

use super::{
    anchor,
    login::{self, Login},
    refusal::Refusal,
    state::State,
};
use crate::kernel::{Digest, Stamp, table::At};

/// What an entry will do beside its event.
#[derive(Debug)]
pub(super) struct Upkeep {
    anchors: anchor::Plan,
    expired: login::Expired,
}

impl Upkeep {
    /// Plans it.
    pub(super) fn plan(state: &State, stamp: &Stamp) -> Self {
        let anchors = anchor::Plan::new(&state.head, &state.anchors, stamp);
        Self { anchors, expired: state.logins.expired(stamp.at) }
    }

    /// Carries it out.
    pub(super) fn apply(&self, state: &mut State, stamp: &Stamp) {
        self.anchors.apply(&mut state.head, &mut state.anchors, stamp);
        state.logins.remove(&self.expired);
    }

    /// Whether a LOGIN was applied before, as far as anybody can tell or needs to.
    pub(super) fn login_exists(&self, state: &State, login: &Login, id: Digest) -> bool {
        let session_known = state.sessions.get(&At::new(id)).is_some();
        login::exists(&state.logins, &self.expired, session_known, login, id)
    }

    /// Judges what a LOGIN says.
    pub(super) fn judge_login(&self, state: &State, stamp: &Stamp, login: &Login) -> Result<(), Refusal> {
        login::judge(login, stamp.at, (&state.anchors, &self.anchors))
    }
}
