//! A device's chats: the two things that a client does with them, sealing and opening, and the rotation of its prekey.

use alloc::{collections::BTreeSet, string::ToString as _, vec::Vec};
use core::marker::PhantomData;

use super::{
    SecureError,
    cipher::{CIPHERTEXT_BYTES_MAX, PLAINTEXT_BYTES_MAX, Plaintext},
    envelope::{BLOB_BYTES_MAX, Bound, COPIES_MAX, Copies, Envelope, Party},
    handshake::{initiate, respond},
    keys::{Agreement, RANDOM, Salt, Secret, derive_secrets},
    outcome::{ChatEvent, Opened, Sealed},
    peers::Writing,
    ratchet::{CHAIN_MAX, Session},
    store::{Prekey, Store, USED_MAX},
};
use crate::{
    bug,
    kernel::{Digest, Int, PublicKey, Tick, canonical::to_bytes},
};

/// A device to send to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The device, by the keys that the ledger shows now.
    pub party: Party,
    /// The X25519 prekey that it published.
    pub prekey: PublicKey,
}

/// Everything that one device keeps for its chats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chats<A> {
    pub(super) store: Store,
    agreement: PhantomData<A>,
}

/// A copy that is made, and what follows if it is sent.
struct Copy {
    envelope: Envelope,
    event: Option<ChatEvent>,
    party: Party,
    session: Session,
}

impl<A: Agreement> Chats<A> {
    /// A device without sessions. `user` is the digest in its user's id.
    ///
    /// # Panics
    /// If the origin has a newline: no origin of a ledger has.
    #[must_use]
    pub fn new(origin: &str, user: Digest, device_key: PublicKey, identity: Secret, prekey: Secret) -> Self {
        if origin.contains('\n') {
            bug!("an origin of two lines: {origin:?}");
        }
        let me = Party { device_key, identity_key: A::public(&identity), user };
        let store = Store::new(origin.to_string(), me, identity, Prekey::new::<A>(prekey));
        Self { store, agreement: PhantomData }
    }

    /// The device itself, as others address it.
    #[must_use]
    pub fn party(&self) -> Party {
        self.store.me
    }

    /// The prekey to publish.
    #[must_use]
    pub fn prekey(&self) -> PublicKey {
        self.store.newest().public
    }

    /// Whether half of the sessions that may begin with the prekey have begun: a client makes and publishes a new one then.
    #[must_use]
    pub fn prekey_is_worn(&self) -> bool {
        self.store.newest().used.len() >= USED_MAX / 2
    }

    /// Takes a new prekey into use. The one before is kept for [`super::PREKEY_KEPT_MS`].
    pub fn rotate_prekey(&mut self, secret: Secret, now: Tick) {
        self.store.rotate(Prekey::new::<A>(secret), now);
    }

    /// The device's state in canonical JSON, every secret in the clear: a client encrypts it at rest. Written down after
    /// sealing and before sending.
    #[must_use]
    pub fn to_bytes(&self) -> Plaintext {
        self.store.to_bytes()
    }

    /// Reads exactly what [`Chats::to_bytes`] writes.
    ///
    /// # Errors
    /// [`SecureError::Form`] for anything else: other bytes of the same JSON, more of anything than its bound, a public
    /// key that is not its secret's.
    pub fn read(bytes: &[u8]) -> Result<Self, SecureError> {
        Ok(Self { store: Store::read::<A>(bytes)?, agreement: PhantomData })
    }

    /// Seals a plaintext of a thread for the devices of both users, each user's newest first; this device itself is passed
    /// over, and so is a second mention of one. The two users' devices get copies in turn, the other user's first, as long as
    /// [`COPIES_MAX`] and [`BLOB_BYTES_MAX`] allow. For no device at all the blob is empty. `random` must be new and used
    /// for nothing else; `now` is in ms since the Unix epoch.
    ///
    /// # Errors
    /// [`SecureError::TooLong`]; or, if no device can have a copy, the reason of the first one. No session has changed then.
    pub fn seal(
        &mut self,
        thread: &Digest,
        to: &[Recipient],
        plaintext: &[u8],
        random: &[u8; 32],
        now: Tick,
    ) -> Result<Sealed, SecureError> {
        self.store.erase_due(now);
        if plaintext.len() > PLAINTEXT_BYTES_MAX {
            return Err(SecureError::TooLong);
        }
        let (mut copies, mut left_out, mut room) = (Vec::new(), Vec::new(), BLOB_BYTES_MAX - Copies::EMPTY_BYTES);
        for recipient in self.in_turn(to) {
            let full = copies.len() == COPIES_MAX || room == 0;
            let copy = if full { Err(SecureError::NoRoom) } else { self.copy(thread, recipient, plaintext, random) };
            let len = copy.as_ref().map_or(0, |copy| to_bytes(&copy.envelope).len() + usize::from(!copies.is_empty()));
            match copy {
                Ok(copy) if len <= room => {
                    room -= len;
                    copies.push(copy);
                }
                Ok(_) => {
                    // whoever comes later is older: none of them takes the place of this one
                    room = 0;
                    left_out.push((recipient.party.device_key, SecureError::NoRoom));
                }
                Err(error) => left_out.push((recipient.party.device_key, error)),
            }
        }
        match left_out.first() {
            Some((_, error)) if copies.is_empty() => Err(*error),
            _ => Ok(self.send(copies, left_out)),
        }
    }

    /// The devices that get a copy, the other user's and the own ones in turn; none twice, and not this one.
    fn in_turn<'a>(&self, to: &'a [Recipient]) -> Vec<&'a Recipient> {
        let me = self.store.me;
        let mut seen = BTreeSet::from([me.device_key]);
        let each = to.iter().filter(|recipient| seen.insert(recipient.party.device_key));
        let (ours, theirs): (Vec<_>, Vec<_>) = each.partition(|recipient| recipient.party.user == me.user);
        let longer = ours.len().max(theirs.len());
        (0..longer).flat_map(|at| [theirs.get(at), ours.get(at)]).flatten().copied().collect()
    }

    /// A copy for one device; nothing is kept of it yet.
    fn copy(&self, thread: &Digest, to: &Recipient, plaintext: &[u8], random: &[u8; 32]) -> Result<Copy, SecureError> {
        let (Store { me, .. }, party) = (&self.store, to.party);
        let [ephemeral, fresh, salt] = derive_secrets(&party.device_key.0, random, RANDOM);
        let (mut session, event) = match self.store.peers.writing(to) {
            Writing::In(session) => (session.clone(), None),
            Writing::Anew(event) => (self.begin(to, &ephemeral, fresh.clone())?, Some(event)),
        };
        let bound = self.bound(session.ours(), &party, thread);
        let bind = |header: &_| bound.associated_data(header);
        let (header, ciphertext, tag) = session.seal::<A>(plaintext, (fresh, Salt(*salt.bytes())), bind)?;
        let envelope = Envelope { ciphertext, from: me.device_key, header, tag, to: party.device_key };
        Ok(Copy { envelope, event, party, session })
    }

    fn begin(&self, with: &Recipient, ephemeral: &Secret, fresh: Secret) -> Result<Session, SecureError> {
        let root = initiate::<A>(&self.store.identity, ephemeral, &with.party.identity_key, &with.prekey)?;
        Session::initiate::<A>(&root, A::public(ephemeral), fresh, with.prekey)
    }

    /// What the messages of a session with another device are bound to.
    fn bound<'a>(&'a self, ours: bool, other: &'a Party, thread: &'a Digest) -> Bound<'a> {
        let Store { me, origin, .. } = &self.store;
        let (initiator, responder) = if ours { (me, other) } else { (other, me) };
        Bound { origin, initiator, responder, thread }
    }

    fn send(&mut self, copies: Vec<Copy>, left_out: Vec<(PublicKey, SecureError)>) -> Sealed {
        let (mut envelopes, mut events) = (Vec::with_capacity(copies.len()), Vec::new());
        for Copy { envelope, event, party, session } in copies {
            self.store.peers.keep(&party, session, true);
            envelopes.push(envelope);
            events.extend(event);
        }
        Sealed { copies: Copies { copies: envelopes, v: Int::from(2) }, events, left_out }
    }

    /// Opens an envelope of a thread. `from` is the sender's device with the identity key that was in force when the message
    /// became an entry; messages are opened in the ledger's order, as far as they are at hand. `now` is in ms.
    ///
    /// # Errors
    /// [`SecureError`], and no session has changed, with one exception: [`SecureError::Forked`] is remembered, and the next
    /// message to that device begins a fresh session.
    pub fn open(
        &mut self,
        thread: &Digest,
        from: &Party,
        envelope: &Envelope,
        now: Tick,
    ) -> Result<Opened, SecureError> {
        self.store.erase_due(now);
        if envelope.to != self.store.me.device_key || envelope.from != from.device_key {
            return Err(SecureError::NotForUs);
        }
        let header = &envelope.header;
        if header.n.get() >= CHAIN_MAX || header.previous.get() > CHAIN_MAX {
            return Err(SecureError::TooFarAhead);
        }
        if envelope.ciphertext.len() > CIPHERTEXT_BYTES_MAX.div_ceil(3) * 4 {
            return Err(SecureError::TooLong);
        }
        match self.store.peers.session(from, &header.session) {
            Some(_) => self.open_known(thread, from, envelope),
            None => self.open_first(thread, from, envelope),
        }
    }

    /// Opens a message of a session that is known.
    fn open_known(&mut self, thread: &Digest, from: &Party, envelope: &Envelope) -> Result<Opened, SecureError> {
        let id = envelope.header.session;
        let session = self.store.peers.session(from, &id).ok_or(SecureError::NoSession)?;
        let associated = self.bound(session.ours(), from, thread).associated_data(&envelope.header);
        if !session.authentic(envelope, &associated) {
            return Err(SecureError::Tag);
        }
        let mut session = session.clone();
        match session.open::<A>(envelope, &associated, None) {
            Ok(plaintext) => {
                self.store.peers.keep(from, session, false);
                Ok(Opened { event: None, plaintext })
            }
            Err(error) => {
                if error == SecureError::Forked {
                    self.store.peers.fork(from, &id);
                }
                Err(error)
            }
        }
    }

    /// Opens the message that begins a session.
    fn open_first(&mut self, thread: &Digest, from: &Party, envelope: &Envelope) -> Result<Opened, SecureError> {
        let ephemeral = envelope.header.session;
        let prekey = envelope.header.prekey.ok_or(SecureError::NoSession)?;
        let kept = self.store.prekey(&prekey).ok_or(SecureError::UnknownPrekey)?;
        if kept.used.contains(&(from.identity_key, ephemeral)) {
            return Err(SecureError::Used);
        }
        if kept.used.len() >= USED_MAX {
            return Err(SecureError::PrekeyWorn);
        }
        let secret = kept.secret.clone();
        let root = respond::<A>(&self.store.identity, &secret, &from.identity_key, &ephemeral)?;
        let associated = self.bound(false, from, thread).associated_data(&envelope.header);
        let mut session = Session::respond(root, ephemeral);
        if !session.authentic(envelope, &associated) {
            return Err(SecureError::Tag);
        }
        let plaintext = session.open::<A>(envelope, &associated, Some(&secret))?;
        let event = self.store.peers.begun(from);
        if let Some(kept) = self.store.prekey(&prekey) {
            kept.used.insert((from.identity_key, ephemeral));
        }
        self.store.peers.keep(from, session, false);
        Ok(Opened { event, plaintext })
    }
}
