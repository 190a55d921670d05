//! Profiles: which blob is a user's, and which blobs of a user are erased for ever. The bytes are elsewhere.

use serde::{Deserialize, Serialize};

use super::{
    effect::ProfileChanged,
    owned::owned_table,
    refusal::Refusal,
    session,
    types::{Blob, Counter, Of, UserId},
};
use crate::{
    bug,
    kernel::{
        Digest, Int, Tick,
        table::{At, Locate as _, Row},
    },
};

/// Replaces the whole profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileUpdated {
    /// The profile's bytes.
    pub blob: Blob,
}

/// Deletes the profile's bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileErased {}

/// A user's profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The profile's bytes.
    pub blob: Blob,
    /// The counter of the intent that wrote the row.
    pub counter: Counter,
    /// Whether it was erased since: the bytes are gone, their digest stays.
    pub erased: bool,
    /// The session of that intent.
    pub session: Digest,
}

impl Row for Profile {
    const TABLE: &'static str = "profiles";
    type Key = UserId;
}

/// A blob that its owner erased: its bytes are gone, and the owner cannot put them again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erasure {
    /// The tick of the PROFILE_ERASED that named it last.
    pub at: Int,
}

impl Row for Erasure {
    const TABLE: &'static str = "erased";
    type Key = Of<Digest>;
}

owned_table! {
    /// The profiles of all users.
    Profiles of Profile
}

owned_table! {
    /// The blobs that their owners erased.
    Erased of Erasure
}

/// The intent that writes a profile.
#[derive(Clone, Copy, Debug)]
pub(super) struct Writer {
    pub(super) user: At<UserId>,
    pub(super) session: Digest,
    pub(super) counter: Counter,
}

/// Judges what updating and erasing have in common.
pub(super) fn judge(profiles: &Profiles, by: &Writer) -> Result<(), Refusal> {
    let written = profiles.get(&by.user).map(|profile| (&profile.session, profile.counter));
    session::judge_stale(written, &by.session, by.counter)
}

/// Replaces a profile.
pub(super) fn update(profiles: &mut Profiles, by: &Writer, body: &ProfileUpdated) -> ProfileChanged {
    profiles.write(by, body.blob, false)
}

/// Judges a PROFILE_ERASED: there must be something to erase.
pub(super) fn judge_erased(profiles: &Profiles, by: &Writer) -> Result<(), Refusal> {
    judge(profiles, by)?;
    if profiles.current(&by.user).is_some() { Ok(()) } else { Err(Refusal::NoProfile) }
}

/// Erases a profile.
pub(super) fn erase(profiles: &mut Profiles, erased: &mut Erased, by: &Writer, at: Tick) -> ProfileChanged {
    let blob = profiles.current(&by.user).unwrap_or_else(|| bug!("{} erases no profile", by.user.key()));
    erased.0.put(Of(*by.user.key(), blob.sha256()), Erasure { at: Int::exact(at) });
    profiles.write(by, blob, true)
}

impl Profiles {
    /// The blob of a user's profile, unless it was erased.
    #[must_use]
    pub fn current(&self, user: &At<UserId>) -> Option<Blob> {
        self.get(user).filter(|profile| !profile.erased).map(|profile| profile.blob)
    }

    fn write(&mut self, by: &Writer, blob: Blob, erased: bool) -> ProfileChanged {
        let Writer { user, session, counter } = *by;
        if let Some(row) = self.get(&user) {
            assert!(row.session != session || row.counter < counter, "{counter} was used after {}", row.counter);
            assert!(!erased || row.blob == blob, "what is erased is the profile: {blob:?}, not {:?}", row.blob);
        }
        self.0.put(user, Profile { blob, counter, erased, session });
        ProfileChanged { blob, erased, user: *user.key() }
    }
}
