//! Chat: the keys of devices for all to monitor, and that messages passed. Never their content.

use serde::{Deserialize, Serialize};

use super::{
    State,
    effect::{Effect, KeysChanged, MessageRelayed},
    event::{Intent, KeysPublished, Message},
    profile::add_reference,
    refusal::Refusal,
    reward, session,
    user::User,
    words::{Of, UserId},
};
use crate::kernel::{
    Digest, Effects, Int, PublicKey, Signature, Stamp,
    table::{At, Locate as _, Row},
    tags,
};

/// The chat keys of one device of one user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChatKeys {
    /// The counter of the intent that wrote them.
    pub counter: Int,
    /// X25519.
    pub identity_key: PublicKey,
    /// X25519.
    pub prekey: PublicKey,
    /// By the device key.
    pub prekey_sig: Signature,
    /// The session of that intent.
    pub session: Digest,
}

impl Row for ChatKeys {
    const TABLE: &'static str = "chat_keys";
    type Key = Of<PublicKey>;
}

/// The thread of two users.
#[must_use]
pub fn thread(a: UserId, b: UserId) -> Digest {
    use alloc::string::ToString as _;
    let (smaller, larger) = (a.min(b), a.max(b));
    Digest::of(tags::THREAD, &[smaller.to_string().as_bytes(), b"\n", larger.to_string().as_bytes()])
}

pub(super) fn judge_keys(state: &State, user: UserId, intent: &Intent) -> Result<(), Refusal> {
    let written = state.chat_keys.get(&Of(user, intent.key)).map(|keys| (&keys.session, keys.counter));
    session::judge_stale(written, intent)
}

pub(super) fn publish(state: &mut State, user: UserId, intent: &Intent, body: &KeysPublished) -> Effects<Effect> {
    let KeysPublished { identity_key, prekey, prekey_sig } = *body;
    let Intent { counter, session, key: device_key, .. } = *intent;
    state.chat_keys.put(Of(user, device_key), ChatKeys { counter, identity_key, prekey, prekey_sig, session });
    [Effect::from(KeysChanged { device_key, identity_key, prekey, user })].into()
}

/// Judges a MESSAGE; gives the receiver.
pub(super) fn judge_message(state: &State, from: UserId, body: &Message) -> Result<At<UserId>, Refusal> {
    let to = At::new(body.to);
    if state.users.get(&to).is_none() {
        return Err(Refusal::UnknownUser);
    }
    if body.to == from {
        return Err(Refusal::SelfMessage);
    }
    if body.thread == thread(from, body.to) { Ok(to) } else { Err(Refusal::WrongThread) }
}

/// Relays a message, and closes the referral of the two if this was what it waited for.
pub(super) fn relay(
    state: &mut State,
    stamp: &Stamp,
    intent: &Intent,
    ends: (At<UserId>, At<UserId>),
    body: &Message,
) -> Effects<Effect> {
    let (from, _) = ends;
    add_reference(state, body.blob.sha256);
    if let Some(user) = state.users.get(&from).filter(|user| !user.messaged).cloned() {
        state.users.put(from, User { messaged: true, ..user });
    }
    let Message { blob, thread, to } = *body;
    let mut effects: Effects<Effect> = [Effect::from(MessageRelayed { blob, from: *from.key(), thread, to })].into();
    reward::close(state, stamp, intent, ends, &mut effects);
    effects
}
