//! TEMPORARY until the real one arrives.

use machine::{
    door::Request,
    kernel::{PublicKey, Signature, digest::hex, tags},
    view::Relayed,
};

use super::{Actor, Cast, plans::Action};
use crate::{
    engine::Context,
    trust::{
        crypto::{DeviceKey, secret},
        mail::Note,
        part::Part,
        story::What,
    },
};

pub(super) struct Chat {
    identity: PublicKey,
    prekey: PublicKey,
    seen: Option<u64>,
}

impl Chat {
    pub(super) fn new(cast: &Cast, name: &str) -> Self {
        Self {
            identity: PublicKey(secret(cast.seed, name, "identity")),
            prekey: PublicKey(secret(cast.seed, name, "prekey")),
            seen: None,
        }
    }
    pub(super) fn public_keys(&self, device: &DeviceKey) -> (PublicKey, PublicKey, Signature) {
        let signed = format!("{}{}\n{}", tags::PREKEY.0, self.identity, self.prekey);
        (self.identity, self.prekey, device.sign(signed.as_bytes()))
    }
}

impl Actor {
    pub(super) fn seal_message(&mut self, cx: &mut Context<'_, Part>) {
        let Some(What::Message { to, text, .. }) = self.current().map(|step| step.what.clone()) else { return };
        let marker: [u8; 16] =
            secret(self.cast.seed, &self.cast.story.cast[self.index as usize].name, &format!("marker {:?}", self.step))
                [..16]
                .try_into()
                .unwrap();
        let mut plain = marker.to_vec();
        plain.extend(text.bytes());
        let blob = format!("{{\"copies\":[\"{}\"],\"v\":2}}", hex(&plain.iter().map(|b| b ^ 0x55).collect::<Vec<_>>()));
        self.recipients.clear();
        let name = |a: u32| self.cast.story.cast[a as usize].name.clone();
        cx.note(Note::Sent { parties: (name(self.index), name(to)), marker });
        self.keep_blob(blob.into_bytes());
    }
    pub(super) fn fetch_inbox(&mut self, cx: &mut Context<'_, Part>) {
        let user = self.cast.user(self.index);
        let seen = self.device().chat.seen;
        self.ask(Request::Messages(user, seen), cx);
    }
    pub(super) fn heed_messages(&mut self, messages: &[Relayed]) {
        if let Some(last) = messages.last() {
            self.device().chat.seen = Some(last.seq);
            self.inbox.extend(messages.iter().cloned());
            for _ in messages {
                self.plan.push_front(Action::OpenNext);
            }
        }
    }
    pub(super) fn open_next(&mut self, cx: &mut Context<'_, Part>) {
        if let Some(next) = self.inbox.front() {
            let sha = next.message.blob.sha256;
            self.ask(Request::GetBlob(sha), cx);
        }
    }
    pub(super) fn heed_ciphertext(&mut self, bytes: Option<&[u8]>, cx: &mut Context<'_, Part>) {
        let Some(message) = self.inbox.pop_front() else { return };
        if message.message.from == self.cast.user(self.index) {
            return;
        }
        let Some(bytes) = bytes else { return self.fail("gone".into()) };
        let text = std::str::from_utf8(bytes).unwrap();
        let h = text.split('"').nth(3).unwrap();
        let plain: Vec<u8> =
            (0..h.len() / 2).map(|i| u8::from_str_radix(&h[2 * i..2 * i + 2], 16).unwrap() ^ 0x55).collect();
        let by = self.cast.story.cast[self.index as usize].name.clone();
        cx.note(Note::Opened { by, marker: plain[..16].try_into().unwrap() });
    }
}
