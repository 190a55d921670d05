//! Chat: the keys of devices for all to monitor, and that messages passed. Never their content, and no row a message.
//!
//! Loops: over the device keys of sessions that left in one entry, at most [`ACTIVE_MAX`](super::session::ACTIVE_MAX).

use alloc::{format, string::ToString as _};

use serde::{Deserialize, Serialize};

use super::{
    curves::{Arithmetic, has_low_order},
    effect::{KeysChanged, MessageRelayed},
    owned::owned_table,
    refusal::Refusal,
    session,
    types::{Blob, Counter, Of, UserId},
    user::Users,
};
use crate::kernel::{
    Digest, PublicKey, Signature,
    table::{At, Locate as _, Row},
    tags,
};

/// Publishes chat keys of (user, device key).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeysPublished {
    /// The device's X25519 identity key.
    pub identity_key: PublicKey,
    /// The device's X25519 prekey.
    pub prekey: PublicKey,
    /// The device key's signature over both.
    pub prekey_sig: Signature,
}

/// A message's envelope; its content is in the blob, for the receivers alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// The ciphertexts.
    pub blob: Blob,
    /// The thread of sender and receiver.
    pub thread: Digest,
    /// The receiver.
    pub to: UserId,
}

/// The chat keys of one device of one user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChatKeys {
    /// The counter of the intent that wrote the row.
    pub counter: Counter,
    /// The device's X25519 identity key.
    pub identity_key: PublicKey,
    /// The device's X25519 prekey.
    pub prekey: PublicKey,
    /// The device key's signature over both.
    pub prekey_sig: Signature,
    /// The session of that intent.
    pub session: Digest,
}

impl Row for ChatKeys {
    const TABLE: &'static str = "chat_keys";
    type Key = Of<PublicKey>;
}

owned_table! {
    /// The chat keys of all devices with an active session.
    PublishedKeys of ChatKeys
}

/// The thread of two users.
#[must_use]
pub fn thread(a: UserId, b: UserId) -> Digest {
    let (smaller, larger) = (a.min(b), a.max(b));
    Digest::of(tags::THREAD, &[smaller.to_string().as_bytes(), b"\n", larger.to_string().as_bytes()])
}

/// Checks the signature of chat keys, and that neither is of low order.
pub(super) fn verify_keys(curves: &dyn Arithmetic, device: &PublicKey, keys: &KeysPublished) -> Result<(), Refusal> {
    let KeysPublished { identity_key, prekey, prekey_sig } = keys;
    let signed = format!("{}{identity_key}\n{prekey}", tags::PREKEY.0);
    if !curves.ed25519(device, signed.as_bytes(), prekey_sig) {
        return Err(Refusal::BadPrekeySig);
    }
    if has_low_order(identity_key) || has_low_order(prekey) { Err(Refusal::BadKey) } else { Ok(()) }
}

/// The device that publishes chat keys, in a session of its user.
#[derive(Clone, Copy, Debug)]
pub(super) struct Publisher {
    pub(super) user: UserId,
    pub(super) device_key: PublicKey,
    pub(super) session: Digest,
    pub(super) counter: Counter,
}

/// Judges a KEYS_PUBLISHED; gives the row's place.
pub(super) fn judge_keys(published: &PublishedKeys, by: &Publisher) -> Result<At<Of<PublicKey>>, Refusal> {
    let place = At::new(Of(by.user, by.device_key));
    let written = published.get(&place).map(|keys| (&keys.session, keys.counter));
    session::judge_stale(written, &by.session, by.counter).map(|()| place)
}

/// Writes the chat keys of a device.
pub(super) fn publish(
    published: &mut PublishedKeys,
    place: At<Of<PublicKey>>,
    by: &Publisher,
    body: &KeysPublished,
) -> KeysChanged {
    let KeysPublished { identity_key, prekey, prekey_sig } = *body;
    let Publisher { user, device_key, session, counter } = *by;
    assert_eq!(*place.key(), Of(user, device_key), "the row that was judged is the one that is written");
    if let Some(row) = published.get(&place) {
        assert!(row.session != session || row.counter < counter, "{counter} was used after {}", row.counter);
    }
    published.0.put(place, ChatKeys { counter, identity_key, prekey, prekey_sig, session });
    KeysChanged { device_key, identity_key, prekey, user }
}

impl PublishedKeys {
    /// Removes the chat keys of devices without an active session.
    pub(super) fn remove(&mut self, user: UserId, devices: &[PublicKey]) {
        devices.iter().for_each(|key| self.0.remove(&Of(user, *key)));
    }
}

/// Judges a MESSAGE; gives the receiver.
pub(super) fn judge_message(users: &Users, from: UserId, body: &Message) -> Result<At<UserId>, Refusal> {
    let to = At::new(body.to);
    if users.get(&to).is_none() {
        return Err(Refusal::UnknownUser);
    }
    if body.to == from {
        return Err(Refusal::SelfMessage);
    }
    if body.thread == thread(from, body.to) { Ok(to) } else { Err(Refusal::WrongThread) }
}

/// Relays a message: whoever ever sent one cannot be invited any more.
pub(super) fn relay(users: &mut Users, from: At<UserId>, body: &Message) -> MessageRelayed {
    users.sent_message(from);
    assert_ne!(*from.key(), body.to, "nobody writes to themselves");
    let Message { blob, thread, to } = *body;
    MessageRelayed { blob, from: *from.key(), thread, to }
}
