//! The encrypted side of an actor: a device's SecureMessageV2, real or sealed, and reading and writing with it.

use machine::{
    door::{DeviceKeys, Request},
    kernel::{Digest, PublicKey, Signature, Tick},
    secure::{
        Agreement, Chats, Copies, Envelope, Header, Opened, Party, Recipient, Sealed, Secret, SecureError, X25519,
        prekey_message,
    },
    trust::{chat::thread, types::UserId},
    view::Relayed,
};

use super::{Actor, Cast, plans::Action};
use crate::{
    engine::Context,
    ledger::Note,
    trust::{
        client::TrustProcess,
        crypto::{Crypto, DeviceKey, SealedAgreement, secret},
        message::TrustNote,
        story::What,
    },
};

/// A device's chats, with the run's arithmetic.
pub(in crate::trust) struct Chat {
    ends: Ends,
    /// The last message that was fetched.
    seen: Option<u64>,
}

enum Ends {
    Real(Chats<X25519>),
    Sealed(Chats<SealedAgreement>),
}

impl Chat {
    pub(super) fn new(cast: &Cast, name: &str, user: UserId, device: PublicKey) -> Self {
        let secret = |purpose: &str| Secret::new(&secret(cast.seed, name, purpose));
        let ends = match cast.crypto {
            Crypto::Real => Ends::Real(chats(&cast.origin, (user, device), &secret)),
            Crypto::Sealed => Ends::Sealed(chats(&cast.origin, (user, device), &secret)),
        };
        Self { ends, seen: None }
    }

    /// Identity key, prekey, and the device's signature over both.
    pub(super) fn public_keys(&self, device: &DeviceKey) -> (PublicKey, PublicKey, Signature) {
        let (identity, prekey) = match &self.ends {
            Ends::Real(chats) => (chats.party().identity_key, chats.prekey()),
            Ends::Sealed(chats) => (chats.party().identity_key, chats.prekey()),
        };
        (identity, prekey, device.sign(prekey_message(&identity, &prekey).as_bytes()))
    }

    fn seal(&mut self, message: &Message<'_>, random: &[u8; 32], now: Tick) -> Result<Sealed, SecureError> {
        let Message { thread, to, plaintext } = message;
        match &mut self.ends {
            Ends::Real(chats) => chats.seal(thread, to, plaintext, random, now),
            Ends::Sealed(chats) => chats.seal(thread, to, plaintext, random, now),
        }
    }

    fn open(&mut self, thread: &Digest, from: &Party, envelope: &Envelope, now: Tick) -> Result<Opened, SecureError> {
        match &mut self.ends {
            Ends::Real(chats) => chats.open(thread, from, envelope, now),
            Ends::Sealed(chats) => chats.open(thread, from, envelope, now),
        }
    }
}

/// A message before it is sealed.
struct Message<'a> {
    thread: Digest,
    to: &'a [Recipient],
    plaintext: &'a [u8],
}

fn chats<A: Agreement>(
    origin: &str,
    (user, device): (UserId, PublicKey),
    secret: &impl Fn(&str) -> Secret,
) -> Chats<A> {
    Chats::new(origin, user.0, device, secret("identity"), secret("prekey"))
}

/// A message being read: fetched, and its bytes once they are there.
pub(super) struct Reading {
    pub(super) relayed: Relayed,
    ciphertext: Option<Vec<u8>>,
}

impl Actor {
    /// Encrypts the step's text, behind a marker by which a leak would be seen.
    pub(super) fn seal_message(&mut self, now: Tick) {
        let Some(What::Message { text, to: other, .. }) = self.current().map(|step| step.what.clone()) else { return };
        let name = &self.cast.story.cast[self.index as usize].name;
        let purpose = |what: &str| format!("{what} {:?}", self.step);
        let mut marker = [0; 16];
        marker.copy_from_slice(&secret(self.cast.seed, name, &purpose("marker"))[..16]);
        let random = secret(self.cast.seed, name, &purpose("message"));
        let plaintext = [&marker, text.as_bytes()].concat();
        let (me, other) = (self.cast.user(self.index), self.cast.user(other));
        let devices = std::mem::take(&mut self.recipients);
        let to = devices.iter().map(|keys| {
            let own = self.devices.values().any(|device| device.key.public() == keys.device_key);
            Recipient { party: party(if own { me } else { other }, keys), prekey: keys.prekey }
        });
        let to: Vec<_> = to.collect();
        let message = Message { thread: thread(me, other), to: &to, plaintext: &plaintext };
        match self.device().chat.seal(&message, &random, now) {
            Ok(sealed) => self.keep_blob(sealed.copies.to_bytes()),
            Err(error) => self.fail(format!("cannot seal: {error}")),
        }
        self.marker = Some(marker);
    }

    /// The message that was sealed is an entry: from now on it must be readable.
    pub(super) fn sent(&mut self, cx: &mut Context<'_, TrustProcess>) {
        let Some(What::Message { to, .. }) = self.current().map(|step| step.what.clone()) else { return };
        let name = |actor: u32| self.cast.story.cast[actor as usize].name.clone();
        if let Some(marker) = self.marker.take() {
            cx.note(Note::Own(TrustNote::Sent { parties: (name(self.index), name(to)), marker }));
        }
    }

    pub(super) fn fetch_inbox(&mut self, cx: &mut Context<'_, TrustProcess>) {
        let user = self.cast.user(self.index);
        let seen = self.device().chat.seen;
        self.ask(Request::Messages(user, seen), cx);
    }

    /// Reads what came, oldest first, and then asks whether there is more.
    pub(super) fn heed_messages(&mut self, messages: &[Relayed]) {
        let Some(last) = messages.last() else { return };
        self.device().chat.seen = Some(last.seq);
        self.plan.push_front(Action::FetchInbox);
        let me = self.cast.user(self.index);
        for relayed in messages.iter().rev().filter(|relayed| relayed.message.from != me) {
            self.plan.push_front(Action::Open);
            self.plan.push_front(Action::FetchSender);
            self.plan.push_front(Action::FetchCiphertext);
            self.inbox.push_front(Reading { relayed: relayed.clone(), ciphertext: None });
        }
    }

    pub(super) fn fetch_ciphertext(&mut self, cx: &mut Context<'_, TrustProcess>) {
        if let Some(sha256) = self.inbox.front().map(|reading| reading.relayed.message.blob.sha256()) {
            let reader = self.cast.user(self.index);
            self.ask(Request::GetBlob { reader, sha256 }, cx);
        }
    }

    pub(super) fn heed_ciphertext(&mut self, bytes: Option<&[u8]>) {
        match (self.inbox.front_mut(), bytes) {
            (Some(reading), Some(bytes)) => reading.ciphertext = Some(bytes.to_vec()),
            (Some(_), None) => self.fail("a message's blob is gone".to_string()),
            (None, _) => {}
        }
    }

    pub(super) fn fetch_sender(&mut self, cx: &mut Context<'_, TrustProcess>) {
        self.recipients.clear();
        if let Some(Reading { relayed, .. }) = self.inbox.front() {
            self.ask(Request::DeviceKeys(relayed.message.from, relayed.device_key), cx);
        }
    }

    /// Opens this device's copy of the message, if it has one: a device that came later has none.
    pub(super) fn open_message(&mut self, cx: &mut Context<'_, TrustProcess>) {
        let Some(Reading { ciphertext: Some(bytes), relayed }) = self.inbox.pop_front() else { return };
        let now = self.now(cx);
        let senders = std::mem::take(&mut self.recipients);
        let me = self.device().key.public();
        let copies = match Copies::read(&bytes) {
            Ok(copies) => copies,
            Err(error) => return self.fail(format!("cannot read: {error}")),
        };
        let Ok(envelope) = copies.for_device(&me) else { return };
        let Some(sender) = senders.iter().find(|keys| keys.device_key == envelope.from) else {
            return self.fail("the sender's device has no keys any more".to_string());
        };
        let from = party(relayed.message.from, sender);
        match self.device().chat.open(&relayed.message.thread, &from, envelope, now) {
            Ok(opened) => {
                self.count_skipped(&envelope.header, cx);
                self.opened(&opened.plaintext, cx);
            }
            Err(error) => self.fail(format!("cannot open: {error}")),
        }
    }

    /// Notes it if messages of the chain before this one never came: their keys are kept.
    fn count_skipped(&mut self, header: &Header, cx: &mut Context<'_, TrustProcess>) {
        let expected = self.expected.entry((header.session, header.turn)).or_default();
        if header.n.get() > *expected {
            cx.note(Note::Own(TrustNote::Skipped));
        }
        *expected = (*expected).max(header.n.get() + 1);
    }

    fn opened(&self, plaintext: &[u8], cx: &mut Context<'_, TrustProcess>) {
        let by = self.cast.story.cast[self.index as usize].name.clone();
        if let Some(marker) = plaintext.first_chunk::<16>() {
            cx.note(Note::Own(TrustNote::Opened { by, marker: *marker }));
        }
    }
}

fn party(user: UserId, keys: &DeviceKeys) -> Party {
    Party { device_key: keys.device_key, identity_key: keys.identity_key, user: user.0 }
}
