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
    /// Whether it was erased since: the bytes are gone, their digest stays.
    pub erased: bool,
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
    /// Whether the bytes were erased, whoever refers to them: for ever.
    pub erased: bool,
    /// How often; at least 1, unless erased.
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
    let Intent { counter, session, .. } = *intent;
    if let Some(old) = state.profiles.get(&user).filter(|old| !old.erased).map(|old| old.blob.sha256) {
        drop_reference(state, old, false);
    }
    add_reference(state, body.blob.sha256);
    state.profiles.put(user, Profile { blob: body.blob, counter, erased: false, session });
    [Effect::from(ProfileChanged { blob: body.blob, erased: false, user: *user.key() })].into()
}

/// Judges a PROFILE_ERASED: there must be something to erase.
pub(super) fn judge_erased(state: &State, user: At<UserId>, intent: &Intent) -> Result<(), Refusal> {
    judge(state, user, intent)?;
    if state.profiles.get(&user).is_some_and(|profile| !profile.erased) { Ok(()) } else { Err(Refusal::NoProfile) }
}

pub(super) fn erase(state: &mut State, user: At<UserId>, intent: &Intent) -> Effects<Effect> {
    let Intent { counter, session, .. } = *intent;
    let Some(blob) = state.profiles.get(&user).map(|profile| profile.blob) else { return Effects::new() };
    drop_reference(state, blob.sha256, true);
    state.profiles.put(user, Profile { blob, counter, erased: true, session });
    [Effect::from(ProfileChanged { blob, erased: true, user: *user.key() })].into()
}

pub(super) fn add_reference(state: &mut State, blob: Digest) {
    state.blobs.update(blob, |row| row.refs = Int::saturating(row.refs.get() + 1));
}

fn drop_reference(state: &mut State, blob: Digest, erase: bool) {
    let blob = At::new(blob);
    let row = state.blobs.get(&blob).cloned().unwrap_or_default();
    let (refs, erased) = (Int::saturating(row.refs.get().saturating_sub(1)), row.erased || erase);
    if refs == Int::ZERO && !erased {
        state.blobs.remove(&blob);
    } else {
        state.blobs.put(blob, References { erased, refs });
    }
}
