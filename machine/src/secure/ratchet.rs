//! The Double Ratchet of one session: a new key for every message, new randomness with every turn.
//!
//! The new ratchet key of a turn is made when the device writes next, not when it reads: so only writing needs randomness.

use alloc::{collections::VecDeque, string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use super::{
    SecureError,
    envelope::{Header, associated_data, decrypt, encrypt},
    handshake::Handshake,
    keys::{Agreement, CHAIN, ROOT, Secret, derive_two},
};
use crate::kernel::{Int, PublicKey};

/// How many skipped keys a receiving chain keeps; the oldest go first.
pub const SKIPPED_MAX: usize = 1_000;
/// How far ahead of a chain a message may lie: bounds the work that a stranger can cause.
pub const AHEAD_MAX: u64 = 10_000;
/// How many receiving chains keep skipped keys.
const CHAINS_MAX: usize = 8;

/// One direction: the key of the next message, and its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Chain {
    key: Secret,
    n: Int,
}

/// A receiving chain with the keys of messages that did not come yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Receiving {
    chain: Chain,
    ratchet: PublicKey,
    skipped: VecDeque<(Int, Secret)>,
}

/// A session of two devices, as one of them holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// Carried by every envelope until the other answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    handshake: Option<Handshake>,
    /// The ephemeral key by which the session is known.
    id: PublicKey,
    initiator: PublicKey,
    previous: Int,
    ratchet: Secret,
    /// Its public half: every header carries it.
    ratchet_key: PublicKey,
    receiving: VecDeque<Receiving>,
    responder: PublicKey,
    root: Secret,
    #[serde(skip_serializing_if = "Option::is_none")]
    sending: Option<Chain>,
}

impl Chain {
    /// The next message key; the chain's own key is replaced.
    fn next(&mut self) -> (Int, Secret) {
        let (key, message) = derive_two(&[0; 32], &self.key.0, CHAIN);
        self.key = key;
        let n = self.n;
        self.n = Int::saturating(n.get() + 1);
        (n, message)
    }
}

impl Session {
    /// The initiator's session, with the root key of its handshake.
    pub(super) fn initiate<A: Agreement>(
        root: Secret,
        ratchet: Secret,
        handshake: Handshake,
        (initiator, responder): (PublicKey, PublicKey),
    ) -> Result<Self, SecureError> {
        let shared = A::agree(&ratchet, &handshake.prekey).ok_or(SecureError::LowOrder)?;
        let (root, key) = derive_two(&root.0, &shared.0, ROOT);
        Ok(Self {
            handshake: Some(handshake),
            id: handshake.ephemeral,
            initiator,
            previous: Int::ZERO,
            ratchet_key: A::public(&ratchet),
            ratchet,
            receiving: VecDeque::new(),
            responder,
            root,
            sending: Some(Chain { key, n: Int::ZERO }),
        })
    }

    /// The responder's session: the prekey is its first ratchet key.
    pub(super) fn respond(
        root: Secret,
        (prekey, ratchet_key): (Secret, PublicKey),
        id: PublicKey,
        (initiator, responder): (PublicKey, PublicKey),
    ) -> Self {
        Self {
            handshake: None,
            id,
            initiator,
            previous: Int::ZERO,
            ratchet: prekey,
            ratchet_key,
            receiving: VecDeque::new(),
            responder,
            root,
            sending: None,
        }
    }

    /// The ephemeral key by which the session is known.
    #[must_use]
    pub fn id(&self) -> &PublicKey {
        &self.id
    }

    /// Seals a plaintext; `fresh` becomes the ratchet key if it is this side's turn.
    pub(super) fn seal<A: Agreement>(
        &mut self,
        plaintext: &[u8],
        fresh: Secret,
    ) -> Result<(Header, String), SecureError> {
        if self.sending.is_none() {
            self.turn::<A>(fresh)?;
        }
        let sending = self.sending.as_mut().ok_or(SecureError::NoSession)?;
        let (n, key) = sending.next();
        let header = Header { handshake: self.handshake, n, previous: self.previous, ratchet: self.ratchet_key };
        let sealed = encrypt(&key, plaintext, &associated_data(&self.initiator, &self.responder, &header))?;
        Ok((header, sealed))
    }

    /// A new sending chain towards the newest ratchet key of the other.
    fn turn<A: Agreement>(&mut self, fresh: Secret) -> Result<(), SecureError> {
        let theirs = self.receiving.back().ok_or(SecureError::NoSession)?.ratchet;
        let shared = A::agree(&fresh, &theirs).ok_or(SecureError::LowOrder)?;
        let (root, key) = derive_two(&self.root.0, &shared.0, ROOT);
        (self.root, self.ratchet_key, self.ratchet) = (root, A::public(&fresh), fresh);
        self.sending = Some(Chain { key, n: Int::ZERO });
        Ok(())
    }

    /// Opens a message. The session must be a copy: it is only good if this succeeds.
    pub(super) fn open<A: Agreement>(&mut self, header: &Header, ciphertext: &str) -> Result<Vec<u8>, SecureError> {
        let key = self.message_key::<A>(header)?;
        let plaintext = decrypt(&key, ciphertext, &associated_data(&self.initiator, &self.responder, header))?;
        self.handshake = None;
        Ok(plaintext)
    }

    fn message_key<A: Agreement>(&mut self, header: &Header) -> Result<Secret, SecureError> {
        let known = self.receiving.iter().position(|chain| chain.ratchet == header.ratchet);
        let at = match known {
            Some(at) => at,
            None => self.begin_chain::<A>(header)?,
        };
        self.receiving[at].take(header.n)
    }

    /// The other has turned: its chain before this one ends at `previous`, and a new one begins.
    fn begin_chain<A: Agreement>(&mut self, header: &Header) -> Result<usize, SecureError> {
        if let Some(last) = self.receiving.back_mut() {
            last.skip_to(header.previous)?;
        }
        let shared = A::agree(&self.ratchet, &header.ratchet).ok_or(SecureError::LowOrder)?;
        let (root, key) = derive_two(&self.root.0, &shared.0, ROOT);
        self.root = root;
        self.previous = self.sending.take().map_or(Int::ZERO, |chain| chain.n);
        let chain = Chain { key, n: Int::ZERO };
        self.receiving.push_back(Receiving { chain, ratchet: header.ratchet, skipped: VecDeque::new() });
        if self.receiving.len() > CHAINS_MAX {
            self.receiving.pop_front();
        }
        Ok(self.receiving.len() - 1)
    }
}

impl Receiving {
    /// The key of message `n`, which is then no longer kept.
    fn take(&mut self, n: Int) -> Result<Secret, SecureError> {
        if n < self.chain.n {
            let at = self.skipped.iter().position(|(skipped, _)| *skipped == n).ok_or(SecureError::Used)?;
            return self.skipped.remove(at).map(|(_, key)| key).ok_or(SecureError::Used);
        }
        self.skip_to(n)?;
        Ok(self.chain.next().1)
    }

    /// Keeps the keys of all messages below `n`.
    fn skip_to(&mut self, n: Int) -> Result<(), SecureError> {
        if n.get() > self.chain.n.get() + AHEAD_MAX {
            return Err(SecureError::TooFarAhead);
        }
        while self.chain.n < n {
            let skipped = self.chain.next();
            self.skipped.push_back(skipped);
            if self.skipped.len() > SKIPPED_MAX {
                self.skipped.pop_front();
            }
        }
        Ok(())
    }
}
