//! What an actor signs: logins and intents, and how a scenario may spoil them.

use machine::{
    door::Request,
    kernel::{Digest, Int, PublicKey, Signature, digest::hex, machine::TICK_MAX, tags},
    trust::{
        Body, Event, Intent,
        chat::{KeysPublished, Message, thread},
        login::{Login, LoginBody, WalletSig},
        session::{SessionRevoked, SessionRotated},
        types::{Account, Blob, Counter, Label},
    },
};

use super::{Actor, Then};
use crate::{
    engine::Context,
    trust::{
        client::TrustProcess,
        crypto::{DeviceKey, secret},
        story::{AnchorOf, LoginStep, Spoil, Tamper, What},
    },
};

impl Actor {
    pub(super) fn submit_login(&mut self, cx: &mut Context<'_, TrustProcess>) {
        let Some(What::Login(step)) = self.current().map(|step| step.what.clone()) else { return };
        let tamper = self.spoil().tamper;
        let login = self.login(&step, tamper, self.now(cx));
        let mut bytes = login.to_canonical();
        if tamper == Some(Tamper::Spelling) {
            bytes.insert(1, b' ');
        }
        let device = self.current().map(|step| step.device.clone()).unwrap_or_default();
        self.submitting = Some((bytes, Then::Session(device)));
        self.ask_to_submit(cx);
    }

    fn login(&mut self, step: &LoginStep, tamper: Option<Tamper>, now: u64) -> Login {
        let (account, origin) = (self.cast.accounts[self.index as usize], self.cast.origin.clone());
        // a login that names a later tick is none: the largest durations end where ticks do
        let tick = |tick: u64| Int::saturating(tick.min(TICK_MAX));
        let issued_at = now.saturating_add(step.issued_in_ms) - step.issued_ago_ms.min(now);
        let int = Int::saturating;
        let device = self.device();
        let anchor = match step.anchor {
            AnchorOf::Fresh | AnchorOf::Kept => device.anchor.unwrap_or(Digest::ZERO),
            AnchorOf::Unknown => Digest([0xab; 32]),
        };
        let key = device.key.clone();
        device.scope = Some(step.scope);
        let mut body = LoginBody {
            address: account.to_string(),
            anchor,
            chain_id: int(u64::from(matches!(account, Account::Eip155(_)))),
            device_key: key.public(),
            device_sig: Signature([0; 64]),
            expires_at: tick(issued_at.saturating_add(step.lifetime_ms)),
            issued_at: tick(issued_at),
            scheme: account.scheme().to_string(),
            scope: step.scope,
            ttl: int(step.ttl_ms),
        };
        let text = body.text(&origin, &account);
        let prover = if tamper == Some(Tamper::DeviceProof) { self.stranger() } else { key };
        body.device_sig = prover.sign([tags::DEVICE.0, &text].concat().as_bytes());
        let sig = self.sign_login(&text, tamper);
        if tamper == Some(Tamper::Field) {
            body.ttl = int(body.ttl.get() ^ 1);
        }
        Login::read(body, &sig.to_string()).expect("a step names parts that fit")
    }

    fn sign_login(&self, text: &str, tamper: Option<Tamper>) -> WalletSig {
        let sig = match tamper {
            Some(Tamper::Wallet) => {
                let other = (self.index as usize + 1) % self.cast.story.cast.len();
                self.cast.wallets[other].sign_login(text)
            }
            _ => self.cast.wallets[self.index as usize].sign_login(text),
        };
        match (tamper, sig) {
            (Some(Tamper::Signature), WalletSig::Eip191(_)) => WalletSig::Eip191([0; 65]),
            (Some(Tamper::Signature), WalletSig::Ed25519(_)) => WalletSig::Ed25519(Signature([0; 64])),
            (_, sig) => sig,
        }
    }

    /// Signs an intent with the device's next counter and submits it.
    pub(super) fn submit(&mut self, body: Body, cx: &mut Context<'_, TrustProcess>) {
        let spoil = self.spoil();
        let intent = self.sign(body, &spoil);
        let mut bytes = Event::Intent(intent).to_canonical();
        if spoil.tamper == Some(Tamper::Spelling) {
            bytes.insert(1, b' ');
        }
        let then = match self.current().map(|step| &step.what) {
            Some(What::RotateSession { to }) if self.acting.is_none() => Then::Session(to.clone()),
            _ => Then::Nothing,
        };
        self.submitting = Some((bytes, then));
        self.ask_to_submit(cx);
    }

    pub(super) fn ask_to_submit(&mut self, cx: &mut Context<'_, TrustProcess>) {
        match self.submitting.clone() {
            Some((bytes, _)) => self.ask(Request::Submit(bytes), cx),
            None => self.fail("nothing was accepted before".to_string()),
        }
    }

    fn sign(&mut self, body: Body, spoil: &Spoil) -> Intent {
        let stranger = spoil.tamper.is_some().then(|| self.stranger());
        let origin = self.cast.origin.clone();
        let foreign = spoil.session_of.as_ref().and_then(|label| self.devices.get(label)?.session);
        let device = self.device();
        device.counter += 1;
        let session = match spoil.tamper {
            Some(Tamper::Session) => Digest([0xcd; 32]),
            _ => foreign.or(device.session).unwrap_or(Digest::ZERO),
        };
        let counter = counter_of(spoil.counter.unwrap_or(device.counter));
        let key = device.key.public();
        let mut intent = Intent { body, counter, key, session, sig: Signature([0; 64]) };
        if let (Body::KeysPublished(keys), Some(stranger)) = (&mut intent.body, &stranger) {
            resign_keys(keys, &device.key, stranger, spoil.tamper);
        }
        match spoil.tamper {
            Some(Tamper::Signature) => {}
            Some(Tamper::Field) => {
                intent.sig = device.key.sign(&intent.signed_bytes(&origin));
                intent.counter = other_counter(intent.counter);
            }
            _ => intent.sig = device.key.sign(&intent.signed_bytes(&origin)),
        }
        intent
    }

    pub(super) fn keys_to_publish(&mut self) -> KeysPublished {
        let device = self.device();
        let (identity_key, prekey, prekey_sig) = device.chat.public_keys(&device.key);
        KeysPublished { identity_key, prekey, prekey_sig }
    }

    /// The other device's key takes the session over.
    pub(super) fn rotation(&mut self, to: &str) -> SessionRotated {
        let label = self.current().map(|step| step.device.clone()).unwrap_or_default();
        let (old, scope) = self.devices.get(&label).map(|device| (device.session, device.scope)).unwrap_or_default();
        let old = old.unwrap_or(Digest::ZERO);
        let new = self.device_named(self.index, to.to_string());
        new.scope = scope;
        let new = new.key.clone();
        let prover = if self.spoil().tamper == Some(Tamper::DeviceProof) { self.stranger() } else { new.clone() };
        let message = [tags::DEVICE.0, &self.cast.origin, "\n", &old.to_string()].concat();
        SessionRotated { device_key: new.public(), device_sig: prover.sign(message.as_bytes()) }
    }

    /// Ends the session of one of the actor's devices.
    pub(super) fn revocation(&self, target: &str, reason: &Label) -> SessionRevoked {
        let session = self.devices.get(target).and_then(|device| device.session).unwrap_or(Digest([0xcd; 32]));
        SessionRevoked { reason: reason.clone(), session }
    }

    pub(super) fn message_to(&self, to: u32, wrong_thread: bool, to_nobody: bool, blob: Blob) -> Message {
        let from = self.cast.user(self.index);
        let to = if to_nobody { machine::trust::UserId(Digest([0xee; 32])) } else { self.cast.user(to) };
        let thread = if wrong_thread { Digest([0x11; 32]) } else { thread(from, to) };
        Message { blob, thread, to }
    }

    /// A profile's blob: canonical, with a salt so that its digest cannot be guessed once it is erased.
    pub(super) fn make_profile(&mut self) {
        let Some(What::UpdateProfile { name, bio }) = self.current().map(|step| step.what.clone()) else { return };
        let salt = hex(&secret(
            self.cast.seed,
            &self.cast.story.cast[self.index as usize].name,
            &format!("salt {:?}", self.step),
        ));
        let profile = serde_json::json!({ "avatar": "", "bio": bio, "name": name, "salt": salt });
        self.keep_blob(profile.to_string().into_bytes());
        self.profile.clone_from(&self.blob);
    }

    pub(super) fn keep_blob(&mut self, bytes: Vec<u8>) {
        match Blob::of(&bytes) {
            Some(blob) => self.blob = Some((blob, bytes)),
            None => self.fail(format!("{} bytes are no blob", bytes.len())),
        }
    }

    fn spoil(&self) -> Spoil {
        self.current().map(|step| step.spoil.clone()).unwrap_or_default()
    }

    /// A key that belongs to nobody in the story.
    fn stranger(&self) -> DeviceKey {
        DeviceKey::new(self.cast.crypto, secret(self.cast.seed, "a stranger", "device"))
    }
}

/// A counter from a scenario, which names none below 1, or from an actor's count, which starts there.
fn counter_of(number: u64) -> Counter {
    Counter::new(number).unwrap_or_else(|| panic!("{number} is no counter"))
}

/// Another counter than this one: the next, or before the last one the one before it.
fn other_counter(counter: Counter) -> Counter {
    Counter::new(counter.get() + 1).unwrap_or_else(|| counter_of(counter.get() - 1))
}

fn resign_keys(keys: &mut KeysPublished, device: &DeviceKey, stranger: &DeviceKey, tamper: Option<Tamper>) {
    if tamper == Some(Tamper::LowOrder) {
        keys.identity_key = PublicKey([0; 32]);
    }
    let signer = if tamper == Some(Tamper::PrekeySignature) { stranger } else { device };
    if matches!(tamper, Some(Tamper::LowOrder | Tamper::PrekeySignature)) {
        let signed = format!("{}{}\n{}", tags::PREKEY.0, keys.identity_key, keys.prekey);
        keys.prekey_sig = signer.sign(signed.as_bytes());
    }
}
