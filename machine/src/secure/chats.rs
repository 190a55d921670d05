//! A device: its keys, its sessions with other devices, and the two things that a client does with them.

use alloc::{collections::BTreeMap, vec::Vec};
use core::marker::PhantomData;

use serde::{Deserialize, Serialize};

use super::{
    SecureError,
    envelope::{COPIES_MAX, Copies, Envelope},
    handshake::{Handshake, initiate, respond},
    keys::{Agreement, RANDOM, Secret, derive_two},
    ratchet::Session,
};
use crate::kernel::{Int, PublicKey, Tick};

/// How long a prekey is kept after its successor came, in ms.
pub const PREKEY_KEPT_MS: u64 = 30 * 86_400_000;
/// How many sessions with one device are kept: two may begin at once, and a device may begin anew.
const SESSIONS_MAX: usize = 4;

/// A device to send to, with the chat keys that it published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Tells devices apart.
    pub device_key: PublicKey,
    /// X25519.
    pub identity_key: PublicKey,
    /// X25519.
    pub prekey: PublicKey,
}

/// A prekey, and when its successor came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Prekey {
    public: PublicKey,
    #[serde(skip_serializing_if = "Option::is_none")]
    retired: Option<Int>,
    secret: Secret,
    /// The (identity, ephemeral) pairs that began a session with it: none begins two.
    used: Vec<(PublicKey, PublicKey)>,
}

/// Everything that one device keeps for its chats. Serialisable, so that a device can store it between two messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct Chats<A> {
    device_key: PublicKey,
    identity: Secret,
    identity_key: PublicKey,
    /// The newest last.
    prekeys: Vec<Prekey>,
    /// Sessions by the other device's key; the one heard of last is last, and is written to.
    sessions: BTreeMap<PublicKey, Vec<Session>>,
    #[serde(skip)]
    agreement: PhantomData<A>,
}

impl<A: Agreement> Chats<A> {
    /// A device without sessions.
    #[must_use]
    pub fn new(device_key: PublicKey, identity: Secret, prekey: Secret) -> Self {
        let identity_key = A::public(&identity);
        let (prekeys, sessions, agreement) = (Vec::new(), BTreeMap::new(), PhantomData);
        let mut chats = Self { device_key, identity, identity_key, prekeys, sessions, agreement };
        chats.rotate_prekey(prekey, 0);
        chats
    }

    /// The device's identity key.
    #[must_use]
    pub fn identity_key(&self) -> PublicKey {
        self.identity_key
    }

    /// The prekey to publish.
    #[must_use]
    pub fn prekey(&self) -> PublicKey {
        self.prekeys.last().map_or(PublicKey([0; 32]), |prekey| prekey.public)
    }

    /// Takes a new prekey into use; those whose successor is 30 days old are erased, with what they remember.
    pub fn rotate_prekey(&mut self, secret: Secret, now: Tick) {
        if let Some(last) = self.prekeys.last_mut() {
            last.retired = Some(Int::saturating(now));
        }
        self.prekeys.retain(|prekey| prekey.retired.is_none_or(|retired| now < retired.get() + PREKEY_KEPT_MS));
        self.prekeys.push(Prekey { public: A::public(&secret), retired: None, secret, used: Vec::new() });
    }

    /// Seals a plaintext for devices; the own one is left out. `random` must be used for nothing else.
    ///
    /// # Errors
    /// [`SecureError`], and nothing has changed.
    pub fn seal(&mut self, to: &[Recipient], plaintext: &[u8], random: &[u8; 32]) -> Result<Copies, SecureError> {
        let others: Vec<_> = to.iter().filter(|recipient| recipient.device_key != self.device_key).collect();
        if others.len() > COPIES_MAX {
            return Err(SecureError::TooManyCopies);
        }
        let mut sealed: Vec<(Envelope, Session)> = Vec::with_capacity(others.len());
        for to in others {
            let (ephemeral, fresh) = derive_two(&to.device_key.0, random, RANDOM);
            let before = sealed.iter().rfind(|(envelope, _)| envelope.to == to.device_key).map(|(_, session)| session);
            let mut session = match before.or_else(|| self.sessions.get(&to.device_key)?.last()) {
                Some(session) => session.clone(),
                None => self.begin(to, &ephemeral, fresh.clone())?,
            };
            let (header, ciphertext) = session.seal::<A>(plaintext, fresh)?;
            sealed.push((Envelope { ciphertext, from: self.device_key, header, to: to.device_key }, session));
        }
        let kept = sealed.into_iter().map(|(envelope, session)| {
            self.keep(envelope.to, session);
            envelope
        });
        Ok(Copies { copies: kept.collect(), v: Int::from(2) })
    }

    fn begin(&self, with: &Recipient, ephemeral: &Secret, fresh: Secret) -> Result<Session, SecureError> {
        let root = initiate::<A>(&self.identity, ephemeral, &with.identity_key, &with.prekey)?;
        let handshake = Handshake { ephemeral: A::public(ephemeral), prekey: with.prekey };
        Session::initiate::<A>(root, fresh, handshake, (self.identity_key, with.identity_key))
    }

    /// Opens an envelope from a device with this identity key.
    ///
    /// # Errors
    /// [`SecureError`], and nothing has changed.
    pub fn open(&mut self, envelope: &Envelope, identity_key: &PublicKey) -> Result<Vec<u8>, SecureError> {
        if envelope.to != self.device_key {
            return Err(SecureError::NotForUs);
        }
        let known = self.sessions.get(&envelope.from).map_or(&[] as &[Session], Vec::as_slice);
        let begun = envelope.header.handshake.as_ref();
        let mut worst = SecureError::NoSession;
        let fits = |session: &&Session| begun.is_none_or(|handshake| handshake.ephemeral == *session.id());
        for session in known.iter().rev().filter(fits) {
            let mut session = session.clone();
            match session.open::<A>(&envelope.header, &envelope.ciphertext) {
                Ok(plaintext) => {
                    self.keep(envelope.from, session);
                    return Ok(plaintext);
                }
                Err(error) => worst = error,
            }
        }
        match begun.filter(|handshake| known.iter().all(|session| *session.id() != handshake.ephemeral)) {
            Some(handshake) => self.open_first(envelope, identity_key, *handshake),
            None => Err(worst),
        }
    }

    /// Opens the message that begins a session.
    fn open_first(
        &mut self,
        envelope: &Envelope,
        identity_key: &PublicKey,
        handshake: Handshake,
    ) -> Result<Vec<u8>, SecureError> {
        let Handshake { ephemeral, prekey } = handshake;
        let ours = self.identity_key;
        let kept = self.prekeys.iter().position(|kept| kept.public == prekey).ok_or(SecureError::UnknownPrekey)?;
        if self.prekeys[kept].used.contains(&(*identity_key, ephemeral)) {
            return Err(SecureError::Used);
        }
        let secret = self.prekeys[kept].secret.clone();
        let root = respond::<A>(&self.identity, &secret, identity_key, &ephemeral)?;
        let mut session = Session::respond(root, (secret, prekey), ephemeral, (*identity_key, ours));
        let plaintext = session.open::<A>(&envelope.header, &envelope.ciphertext)?;
        self.prekeys[kept].used.push((*identity_key, ephemeral));
        self.keep(envelope.from, session);
        Ok(plaintext)
    }

    /// Makes a session the one that is written to.
    fn keep(&mut self, device: PublicKey, session: Session) {
        let sessions = self.sessions.entry(device).or_default();
        sessions.retain(|other| other.id() != session.id());
        sessions.push(session);
        if sessions.len() > SESSIONS_MAX {
            sessions.remove(0);
        }
    }
}

#[cfg(test)]
impl<A: Agreement> Chats<A> {
    /// As after a loss of everything but the keys.
    pub(super) fn sessions_forgotten(&mut self) {
        self.sessions.clear();
    }
}
