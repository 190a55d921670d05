//! The Double Ratchet of one session: a new key for every message, new randomness with every turn.
//!
//! A session has a *tag key* for each end, from the handshake. An envelope's tag is under its sender's: whoever is not the
//! other end cannot make one, so a forged envelope costs one HMAC and never a step of a chain. And an envelope whose tag is
//! good, but which fits no chain, proves that one end's state was restored or cloned: both held the same keys once.
//!
//! The new ratchet key of a turn is made when the device writes next, not when it reads: so only writing needs randomness.
//! Its secret is erased with the turn of the other end, the last message for which it is needed.

use alloc::{collections::VecDeque, string::String, vec::Vec};

use serde::Deserialize;

use super::{
    SecureError,
    cipher::{Plaintext, decrypt, encrypt},
    envelope::{Envelope, Header, same, tag},
    keys::{Agreement, CHAIN, NO_SALT, ROOT, Salt, Secret, TAG_KEYS, derive_secrets},
    marks::Marks,
    outcome::Renewal,
    written::written,
};
use crate::kernel::{Digest, Int, PublicKey};

/// How many messages a chain has at most: so many without an answer, and the next one begins a fresh session. It also is the
/// furthest that a message can lie ahead.
pub const CHAIN_MAX: u64 = 1_024;
/// How many receiving chains a session remembers; the oldest go first.
pub const CHAINS_MAX: usize = 8;

/// The direction that this end writes in, from its turn to the other's.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sending {
    /// Of the next message.
    key: Secret,
    n: Int,
    ratchet: Secret,
    ratchet_key: PublicKey,
}

/// A chain of the other end, with the keys of messages that did not come yet.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Receiving {
    /// Of the next message; none once the other end turned, since the chain's end is known then.
    key: Option<Secret>,
    n: Int,
    /// What was opened, as long as the chain goes on.
    opened: Marks,
    ratchet: PublicKey,
    skipped: VecDeque<(Int, Secret)>,
    turn: Int,
}

/// A session of two devices, as one of them holds it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Session {
    /// One end's state was restored or cloned: nothing more is written here.
    forked: bool,
    /// The initiator's ephemeral key.
    id: PublicKey,
    /// Whether this end is the initiator.
    ours: bool,
    /// The other's prekey: carried by every envelope until an answer came.
    prekey: Option<PublicKey>,
    previous: Int,
    receiving: VecDeque<Receiving>,
    root: Secret,
    sending: Option<Sending>,
    tag_ours: Secret,
    tag_theirs: Secret,
    /// How often this end began a sending chain.
    turns: Int,
}

written!(Sending { key, n, ratchet, ratchet_key });
written!(Receiving { key, n, opened, ratchet, skipped, turn });
written!(Session { forked, id, ours, prekey, previous, receiving, root, sending, tag_ours, tag_theirs, turns });

/// The next key of a chain, and the message key between the two.
fn step(key: &mut Secret, n: &mut Int) -> (Int, Secret) {
    let [next, message] = derive_secrets(&NO_SALT, key.bytes(), CHAIN);
    *key = next;
    let at = *n;
    *n = Int::saturating(at.get() + 1);
    (at, message)
}

impl Session {
    /// The initiator's session, with the root key of its handshake.
    pub(super) fn initiate<A: Agreement>(
        root: &Secret,
        id: PublicKey,
        ratchet: Secret,
        prekey: PublicKey,
    ) -> Result<Self, SecureError> {
        let [initiators, responders] = derive_secrets(&NO_SALT, root.bytes(), TAG_KEYS);
        let mut session = Self::bare(root.clone(), id, (initiators, responders));
        (session.ours, session.prekey) = (true, Some(prekey));
        session.turn::<A>(ratchet, &prekey)?;
        Ok(session)
    }

    /// The responder's session, before its first message.
    pub(super) fn respond(root: Secret, id: PublicKey) -> Self {
        let [initiators, responders] = derive_secrets(&NO_SALT, root.bytes(), TAG_KEYS);
        Self::bare(root, id, (responders, initiators))
    }

    fn bare(root: Secret, id: PublicKey, (tag_ours, tag_theirs): (Secret, Secret)) -> Self {
        Self {
            forked: false,
            id,
            ours: false,
            prekey: None,
            previous: Int::ZERO,
            receiving: VecDeque::new(),
            root,
            sending: None,
            tag_ours,
            tag_theirs,
            turns: Int::ZERO,
        }
    }

    /// The initiator's ephemeral key, by which both ends know the session.
    pub(super) fn id(&self) -> &PublicKey {
        &self.id
    }

    /// Whether this end is the initiator.
    pub(super) fn ours(&self) -> bool {
        self.ours
    }

    /// Whether the other end was ever heard in it.
    pub(super) fn heard(&self) -> bool {
        !self.receiving.is_empty()
    }

    /// Marks that one end's state was restored or cloned.
    pub(super) fn fork(&mut self) {
        self.forked = true;
    }

    /// Why nothing more can be written here, to a device with this prekey.
    pub(super) fn worn(&self, prekey: &PublicKey) -> Option<Renewal> {
        let full = self.sending.as_ref().is_some_and(|sending| sending.n.get() >= CHAIN_MAX);
        let other = self.prekey.is_some_and(|ours| ours != *prekey);
        let found = [(self.forked, Renewal::Forked), (full, Renewal::Unanswered), (other, Renewal::Prekey)];
        found.into_iter().find_map(|(worn, why)| worn.then_some(why))
    }

    /// How many skipped keys it keeps.
    pub(super) fn skipped(&self) -> usize {
        self.receiving.iter().map(|chain| chain.skipped.len()).sum()
    }

    /// How many marks of opened messages it keeps.
    pub(super) fn marks(&self) -> usize {
        self.receiving.iter().map(|chain| chain.opened.len()).sum()
    }

    /// How many receiving chains it remembers.
    pub(super) fn chains(&self) -> usize {
        self.receiving.len()
    }

    /// Erases up to `count` skipped keys, the oldest first; how many are left to erase.
    pub(super) fn drop_skipped(&mut self, count: usize) -> usize {
        self.receiving.iter_mut().fold(count, |left, chain| {
            let here = left.min(chain.skipped.len());
            chain.skipped.drain(..here);
            left - here
        })
    }

    /// Whether a session that was read could have been written.
    pub(super) fn sound(&self) -> bool {
        let sending = self.sending.as_ref().map_or(Int::ZERO, |sending| sending.n);
        let turns = || self.receiving.iter().map(|chain| chain.turn.get());
        self.receiving.len() <= CHAINS_MAX
            && [sending, self.previous].iter().all(|n| n.get() <= CHAIN_MAX)
            && turns().zip(turns().skip(1)).all(|(before, after)| before + 1 == after)
            && (self.sending.is_none() || self.turns > Int::ZERO)
            && self.heard() == self.prekey.is_none()
            && (self.heard() || self.ours && self.sending.is_some())
            && self.receiving.iter().all(Receiving::sound)
    }

    /// Seals a plaintext; `fresh` becomes the ratchet key if it is this side's turn. `bind` makes the associated data.
    pub(super) fn seal<A: Agreement>(
        &mut self,
        plaintext: &[u8],
        (fresh, random): (Secret, Salt),
        bind: impl Fn(&Header) -> Vec<u8>,
    ) -> Result<(Header, String, Digest), SecureError> {
        if self.sending.is_none() {
            let theirs = self.receiving.back().ok_or(SecureError::NoSession)?.ratchet;
            self.turn::<A>(fresh, &theirs)?;
        }
        let sending = self.sending.as_mut().ok_or(SecureError::NoSession)?;
        let (n, key) = step(&mut sending.key, &mut sending.n);
        let header = Header {
            n,
            prekey: self.prekey,
            previous: self.previous,
            random,
            ratchet: sending.ratchet_key,
            session: self.id,
            turn: Int::saturating(self.turns.get() - 1),
        };
        let associated = bind(&header);
        let ciphertext = encrypt(&key, &random, plaintext, &associated)?;
        let tag = tag(&self.tag_ours, &associated, &ciphertext);
        Ok((header, ciphertext, tag))
    }

    /// A new sending chain towards the newest ratchet key of the other.
    fn turn<A: Agreement>(&mut self, ratchet: Secret, theirs: &PublicKey) -> Result<(), SecureError> {
        let shared = A::agree(&ratchet, theirs).ok_or(SecureError::LowOrder)?;
        let [root, key] = derive_secrets(self.root.bytes(), shared.bytes(), ROOT);
        let ratchet_key = A::public(&ratchet);
        self.root = root;
        self.sending = Some(Sending { key, n: Int::ZERO, ratchet, ratchet_key });
        self.turns = Int::saturating(self.turns.get() + 1);
        Ok(())
    }

    /// Whether an envelope comes from the other end. Nothing else is computed.
    pub(super) fn authentic(&self, envelope: &Envelope, associated: &[u8]) -> bool {
        same(&tag(&self.tag_theirs, associated, &envelope.ciphertext), &envelope.tag)
    }

    /// Opens an authentic message. The session must be a copy: it is only good if this succeeds. `prekey` is the responder's
    /// ratchet secret before its first turn.
    pub(super) fn open<A: Agreement>(
        &mut self,
        envelope: &Envelope,
        associated: &[u8],
        prekey: Option<&Secret>,
    ) -> Result<Plaintext, SecureError> {
        let header = &envelope.header;
        let at = match self.chain(header)? {
            Some(at) => at,
            None => self.begin_chain::<A>(header, prekey)?,
        };
        let key = self.receiving[at].take(header.n, &header.random)?;
        // the other end sealed this, and under another key: the two have parted
        let opened = decrypt(&key, &header.random, &envelope.ciphertext, associated);
        let plaintext = opened.map_err(|error| if error == SecureError::Tag { SecureError::Forked } else { error })?;
        self.prekey = None;
        Ok(plaintext)
    }

    /// The known chain that a message belongs to; none if it begins the next one.
    fn chain(&self, header: &Header) -> Result<Option<usize>, SecureError> {
        let next = self.receiving.back().map_or(0, |last| last.turn.get() + 1);
        match self.receiving.iter().position(|chain| chain.turn == header.turn) {
            Some(at) if self.receiving[at].ratchet == header.ratchet => Ok(Some(at)),
            // a chain that the other end began twice, with two ratchet keys
            Some(_) => Err(SecureError::Forked),
            None if header.turn.get() == next => Ok(None),
            // the other end heard what this end no longer knows to have written
            None if header.turn.get() > next => Err(SecureError::Forked),
            None => Err(SecureError::Used),
        }
    }

    /// The other has turned: its chain before this one ends at `previous`, and a new one begins.
    fn begin_chain<A: Agreement>(&mut self, header: &Header, prekey: Option<&Secret>) -> Result<usize, SecureError> {
        let ours = self.sending.take();
        let ratchet = ours.as_ref().map(|sending| &sending.ratchet).or(prekey).ok_or(SecureError::Forked)?;
        if let Some(last) = self.receiving.back_mut() {
            last.close(header.previous);
        }
        let shared = A::agree(ratchet, &header.ratchet).ok_or(SecureError::LowOrder)?;
        let [root, key] = derive_secrets(self.root.bytes(), shared.bytes(), ROOT);
        self.root = root;
        self.previous = ours.map_or(Int::ZERO, |sending| sending.n);
        let Header { ratchet, turn, .. } = *header;
        let (opened, skipped) = (Marks::default(), VecDeque::new());
        self.receiving.push_back(Receiving { key: Some(key), n: Int::ZERO, opened, ratchet, skipped, turn });
        if self.receiving.len() > CHAINS_MAX {
            self.receiving.pop_front();
        }
        Ok(self.receiving.len() - 1)
    }
}

impl Receiving {
    /// The key of message `n`, which is then no longer kept.
    fn take(&mut self, n: Int, random: &Salt) -> Result<Secret, SecureError> {
        let skipped = self.skipped.iter().position(|(skipped, _)| *skipped == n);
        if n < self.n && skipped.is_none() {
            return Err(if self.opened.other(n, random) { SecureError::Forked } else { SecureError::Used });
        }
        if self.key.is_some() {
            self.opened.note(n, random);
        }
        if let Some((_, key)) = skipped.and_then(|at| self.skipped.remove(at)) {
            return Ok(key);
        }
        self.skip_to(n);
        // a chain that has ended goes on at an end whose state was restored, and at no other
        let key = self.key.as_mut().ok_or(SecureError::Forked)?;
        Ok(step(key, &mut self.n).1)
    }

    /// Keeps the keys of all messages below `n`, which is at most [`CHAIN_MAX`].
    fn skip_to(&mut self, n: Int) {
        let Some(key) = &mut self.key else { return };
        while self.n < n {
            self.skipped.push_back(step(key, &mut self.n));
        }
    }

    /// The chain has ended at `n`.
    fn close(&mut self, n: Int) {
        self.skip_to(n);
        (self.key, self.opened) = (None, Marks::default());
    }

    fn sound(&self) -> bool {
        let numbers = || self.skipped.iter().map(|(n, _)| *n);
        self.n.get() <= CHAIN_MAX
            && self.opened.len() as u64 <= if self.key.is_some() { self.n.get() } else { 0 }
            && numbers().all(|n| n < self.n)
            && numbers().zip(numbers().skip(1)).all(|(before, after)| before < after)
    }
}
