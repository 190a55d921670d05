//! The encrypted side of an actor: a device's SecureMessageV2, real or sealed, and reading and writing with it.

use machine::{
    door::{DeviceKeys, Request},
    kernel::{PublicKey, Signature},
    secure::{Agreement, Chats, Copies, Envelope, Recipient, Secret, SecureError, X25519, prekey_message},
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
    pub(super) fn new(cast: &Cast, name: &str, device: PublicKey) -> Self {
        let secret = |purpose: &str| Secret(secret(cast.seed, name, purpose));
        let ends = match cast.crypto {
            Crypto::Real => Ends::Real(chats(device, &secret)),
            Crypto::Sealed => Ends::Sealed(chats(device, &secret)),
        };
        Self { ends, seen: None }
    }

    /// Identity key, prekey, and the device's signature over both.
    pub(super) fn public_keys(&self, device: &DeviceKey) -> (PublicKey, PublicKey, Signature) {
        let (identity, prekey) = match &self.ends {
            Ends::Real(chats) => (chats.identity_key(), chats.prekey()),
            Ends::Sealed(chats) => (chats.identity_key(), chats.prekey()),
        };
        (identity, prekey, device.sign(prekey_message(&identity, &prekey).as_bytes()))
    }

    fn seal(&mut self, to: &[Recipient], plaintext: &[u8], random: &[u8; 32]) -> Result<Copies, SecureError> {
        match &mut self.ends {
            Ends::Real(chats) => chats.seal(to, plaintext, random),
            Ends::Sealed(chats) => chats.seal(to, plaintext, random),
        }
    }

    fn open(&mut self, envelope: &Envelope, identity_key: &PublicKey) -> Result<Vec<u8>, SecureError> {
        match &mut self.ends {
            Ends::Real(chats) => chats.open(envelope, identity_key),
            Ends::Sealed(chats) => chats.open(envelope, identity_key),
        }
    }
}

fn chats<A: Agreement>(device: PublicKey, secret: &impl Fn(&str) -> Secret) -> Chats<A> {
    Chats::new(device, secret("identity"), secret("prekey"))
}

/// A message being read: fetched, and its bytes once they are there.
pub(super) struct Reading {
    pub(super) relayed: Relayed,
    ciphertext: Option<Vec<u8>>,
}

impl Actor {
    /// Encrypts the step's text, behind a marker by which a leak would be seen.
    pub(super) fn seal_message(&mut self) {
        let Some(What::Message { text, .. }) = self.current().map(|step| step.what.clone()) else { return };
        let name = &self.cast.story.cast[self.index as usize].name;
        let purpose = |what: &str| format!("{what} {:?}", self.step);
        let mut marker = [0; 16];
        marker.copy_from_slice(&secret(self.cast.seed, name, &purpose("marker"))[..16]);
        let random = secret(self.cast.seed, name, &purpose("message"));
        let plaintext = [&marker, text.as_bytes()].concat();
        let to: Vec<_> = std::mem::take(&mut self.recipients).iter().map(recipient).collect();
        match self.device().chat.seal(&to, &plaintext, &random) {
            Ok(copies) => self.keep_blob(copies.to_bytes()),
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
        let Some(Reading { ciphertext: Some(bytes), .. }) = self.inbox.pop_front() else { return };
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
        match self.device().chat.open(envelope, &sender.identity_key) {
            Ok(plaintext) => self.opened(&plaintext, cx),
            Err(error) => self.fail(format!("cannot open: {error}")),
        }
    }

    fn opened(&self, plaintext: &[u8], cx: &mut Context<'_, TrustProcess>) {
        let by = self.cast.story.cast[self.index as usize].name.clone();
        if let Some(marker) = plaintext.first_chunk::<16>() {
            cx.note(Note::Own(TrustNote::Opened { by, marker: *marker }));
        }
    }
}

fn recipient(keys: &DeviceKeys) -> Recipient {
    let DeviceKeys { device_key, identity_key, prekey, .. } = *keys;
    Recipient { device_key, identity_key, prekey }
}
