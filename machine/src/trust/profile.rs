//! Profiles: which blob is a user's, and how often each blob is referred to.

use serde::{Deserialize, Serialize};

use super::{
    State,
    effect::{Effect, ProfileChanged},
    event::{Intent, ProfileUpdated},
    refusal::Refusal,
    session,
    words::{Blob, UserId},
};
use crate::kernel::{
    Digest, Effects, Int,
    table::{At, Locate as _, Row},
};

/// A user's profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Its bytes.
    pub blob: Blob,
    /// The counter of the intent that wrote it.
    pub counter: Int,
    /// The session of that intent.
    pub session: Digest,
}

impl Row for Profile {
    const TABLE: &'static str = "profiles";
    type Key = UserId;
}

/// How often a blob is referred to: once by each MESSAGE, once by each current profile. No row: not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct References {
    /// How often; at least 1.
    pub refs: Int,
}

impl Row for References {
    const TABLE: &'static str = "blobs";
    type Key = Digest;
}

pub(super) fn judge(state: &State, user: At<UserId>, intent: &Intent) -> Result<(), Refusal> {
    let written = state.profiles.get(&user).map(|profile| (&profile.session, profile.counter));
    session::judge_stale(written, intent)
}

pub(super) fn update(state: &mut State, user: At<UserId>, intent: &Intent, body: &ProfileUpdated) -> Effects<Effect> {
    let profile = Profile { blob: body.blob, counter: intent.counter, session: intent.session };
    if let Some(old) = state.profiles.get(&user).map(|old| old.blob.sha256) {
        drop_reference(state, &old);
    }
    add_reference(state, body.blob.sha256);
    state.profiles.put(user, profile);
    [Effect::from(ProfileChanged { blob: Some(body.blob), erased: false, user: *user.key() })].into()
}

pub(super) fn add_reference(state: &mut State, blob: Digest) {
    state.blobs.update(blob, |row| row.refs = Int::saturating(row.refs.get() + 1));
}

fn drop_reference(state: &mut State, blob: &Digest) {
    match state.blobs.get(blob).map_or(0, |row| row.refs.get()) {
        0 | 1 => state.blobs.remove(blob),
        refs => state.blobs.put(*blob, References { refs: Int::saturating(refs - 1) }),
    }
}
