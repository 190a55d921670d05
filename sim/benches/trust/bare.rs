//! The bare sum: every primitive that the run cannot do without, on the bytes that it left, and nothing else.

use std::{collections::BTreeSet, hint::black_box};

use chacha20poly1305::{
    ChaCha20Poly1305, Key, KeyInit as _, Nonce,
    aead::{Aead as _, Payload},
};
use ed25519_dalek::{Signer as _, SigningKey};
use hkdf::Hkdf;
use machine::{
    kernel::{Digest, PublicKey, Signature},
    secure::{Agreement as _, Copies, Secret, X25519, prekey_message},
    trust::{
        Body, Event,
        chat::KeysPublished,
        curves::{Arithmetic as _, Curves, eip191_hash},
        login::WalletSig,
        types::Account,
    },
};
use sha2::Sha256;
use sim::{ledger::LedgerSetup, trust::TrustWorld};

/// What a run left.
pub(crate) struct Ledger {
    lines: Vec<Vec<u8>>,
    events: Vec<Event>,
    /// (key, message, signature) of every Ed25519 signature.
    signed: Vec<(PublicKey, Vec<u8>, Signature)>,
    /// (text, signature) of every Ethereum login.
    recovered: Vec<(String, [u8; 65])>,
    blobs: Vec<Vec<u8>>,
    /// Envelopes, and handshakes among them.
    copies: u64,
    sessions: u64,
    /// Devices with chat keys.
    devices: u64,
}

/// A primitive: its name, how often the run needs it, and doing it so often.
pub(crate) type Primitive = (&'static str, fn(&Ledger) -> u64, fn(&Ledger));

/// All of them.
pub(crate) const PRIMITIVES: &[Primitive] = &[
    ("ed25519 sign", |ledger| ledger.signed.len() as u64, sign),
    ("ed25519 verify_strict", |ledger| ledger.signed.len() as u64, verify),
    ("secp256k1 sign", |ledger| ledger.recovered.len() as u64, sign_eip191),
    ("secp256k1 recover", |ledger| ledger.recovered.len() as u64, recover),
    ("x25519 agreement", agreements, agree),
    ("x25519 public key", keys, make_keys),
    ("ed25519 public key", |ledger| ledger.devices, make_device_keys),
    ("HKDF-SHA-256", derivations, derive),
    ("ChaCha20-Poly1305, a copy sealed or opened", |ledger| 2 * ledger.copies, seal),
    ("parse an event", |ledger| ledger.events.len() as u64, parse),
    ("write an event", |ledger| ledger.events.len() as u64, write),
    ("SHA-256 of a line, as hash and leaf", |ledger| ledger.lines.len() as u64, hash),
    ("SHA-256 of a blob, put and got", |ledger| ledger.blobs.len() as u64, hash_blobs),
];

/// For each copy of a message: the turn of who writes and of who reads; for each session, X3DH on both sides.
fn agreements(ledger: &Ledger) -> u64 {
    2 * ledger.copies + 6 * ledger.sessions
}

/// A ratchet key for each copy, an ephemeral one for each session, two keys for each device to publish.
fn keys(ledger: &Ledger) -> u64 {
    ledger.copies + ledger.sessions + 2 * ledger.devices
}

impl Ledger {
    /// The ledger and the blobs of a world's latest run.
    pub(crate) fn of(world: &LedgerSetup<TrustWorld>) -> Self {
        let history = world.history();
        let named = |prefix: &str| {
            let files = history.files.iter().filter(|(name, _)| name.starts_with(prefix));
            files.map(|(_, bytes)| bytes.clone()).collect::<Vec<_>>()
        };
        let lines: Vec<Vec<u8>> = named("segment-").iter().flat_map(|file| lines_of(file)).collect();
        let events: Vec<Event> = lines.iter().map(|line| event_of(line)).collect();
        let blobs = named("blob-");
        let opened = blobs.iter().filter_map(|blob| Copies::read(blob).ok());
        let envelopes: Vec<_> = opened.flat_map(|blob| blob.copies).collect();
        let begun = envelopes
            .iter()
            .filter(|envelope| envelope.header.prekey.is_some())
            .map(|envelope| envelope.header.session);
        let sessions = begun.collect::<BTreeSet<_>>().len() as u64;
        let devices = events.iter().filter(|event| event.kind() == "KEYS_PUBLISHED").count() as u64;
        let (copies, signed, recovered) = (envelopes.len() as u64, Vec::new(), Vec::new());
        let mut ledger = Self { lines, events, signed, recovered, blobs, copies, sessions, devices };
        for event in ledger.events.clone() {
            ledger.collect(&event);
        }
        ledger
    }

    /// How many entries it has.
    pub(crate) fn entries(&self) -> usize {
        self.lines.len()
    }

    /// Notes every signature of an event.
    fn collect(&mut self, event: &Event) {
        let origin = "sim.example";
        match event {
            Event::Genesis(_) => {}
            Event::Operator(intent) => self.signed.push((intent.key, intent.signed_bytes(origin), intent.sig)),
            Event::Intent(intent) => {
                self.signed.push((intent.key, intent.signed_bytes(origin), intent.sig));
                if let Body::KeysPublished(KeysPublished { identity_key, prekey, prekey_sig }) = &intent.body {
                    let message = prekey_message(identity_key, prekey).into_bytes();
                    self.signed.push((intent.key, message, *prekey_sig));
                }
            }
            Event::Login(login) => {
                let text = login.text(origin);
                let device = [machine::kernel::tags::DEVICE.0, &text].concat().into_bytes();
                self.signed.push((login.body().device_key, device, login.body().device_sig));
                match (login.account(), login.sig()) {
                    (Account::Ed25519(key), WalletSig::Ed25519(sig)) => {
                        let message = [machine::kernel::tags::LOGIN.0, &text].concat().into_bytes();
                        self.signed.push((key, message, *sig));
                    }
                    (_, WalletSig::Eip191(sig)) => self.recovered.push((text, *sig)),
                    _ => {}
                }
            }
        }
    }
}

fn lines_of(file: &[u8]) -> Vec<Vec<u8>> {
    file.split(|byte| *byte == b'\n').filter(|line| line.first() == Some(&b'{')).map(<[u8]>::to_vec).collect()
}

fn event_of(line: &[u8]) -> Event {
    let text = std::str::from_utf8(line).expect("UTF-8");
    let (_, rest) = text.split_once("\"event\":").expect("an event");
    let (event, _) = rest.split_once(",\"hash\":").expect("a hash");
    Event::read(event.as_bytes()).expect("canonical")
}

fn sign(ledger: &Ledger) {
    let key = SigningKey::from_bytes(&[1; 32]);
    for (_, message, _) in &ledger.signed {
        black_box(key.sign(message));
    }
}

fn verify(ledger: &Ledger) {
    let all = ledger.signed.iter().all(|(key, message, signature)| Curves.ed25519(key, message, signature));
    assert!(black_box(all), "they verify");
}

fn sign_eip191(ledger: &Ledger) {
    let key = k256::ecdsa::SigningKey::from_slice(&[1; 32]).expect("a key");
    for (text, _) in &ledger.recovered {
        black_box(key.sign_prehash_recoverable(&eip191_hash(text)));
    }
}

fn recover(ledger: &Ledger) {
    assert!(black_box(ledger.recovered.iter().all(|(text, sig)| Curves.eip191(text, sig).is_some())), "they recover");
}

fn agree(ledger: &Ledger) {
    let (secret, public) = (Secret::new(&[1; 32]), X25519::public(&Secret::new(&[2; 32])));
    for _ in 0..agreements(ledger) {
        black_box(X25519::agree(&secret, &public));
    }
}

fn make_keys(ledger: &Ledger) {
    for _ in 0..keys(ledger) {
        black_box(X25519::public(&Secret::new(&[2; 32])));
    }
}

/// For each copy, who writes: its randomness, the chain's next key, cipher key and nonce, the turn; who reads: all but the
/// first. For each session the root key of X3DH and of the first chain, on both sides.
fn derivations(ledger: &Ledger) -> u64 {
    7 * ledger.copies + 4 * ledger.sessions
}

fn derive(ledger: &Ledger) {
    for _ in 0..derivations(ledger) {
        let mut out = [0; 64];
        let derived = Hkdf::<Sha256>::new(Some(&[1; 32]), &[2; 32]).expand(b"qfs/chain/v2", &mut out);
        assert!(black_box((derived, out)).0.is_ok(), "64 bytes can be derived");
    }
}

/// The padded length of every text of the story, under its header.
fn seal(ledger: &Ledger) {
    let cipher = ChaCha20Poly1305::new(&Key::from([1; 32]));
    for _ in 0..2 * ledger.copies {
        black_box(cipher.encrypt(&Nonce::from([2; 12]), Payload { msg: &[3; 160], aad: &[4; 400] }).expect("short"));
    }
}

fn make_device_keys(ledger: &Ledger) {
    for _ in 0..ledger.devices {
        black_box(SigningKey::from_bytes(&[1; 32]).verifying_key());
    }
}

fn parse(ledger: &Ledger) {
    for line in &ledger.lines {
        black_box(event_of(line));
    }
}

fn write(ledger: &Ledger) {
    for event in &ledger.events {
        black_box(event.to_canonical());
    }
}

fn hash(ledger: &Ledger) {
    for line in &ledger.lines {
        black_box((Digest::untagged(&[line]), machine::kernel::merkle::leaf_hash(line)));
    }
}

fn hash_blobs(ledger: &Ledger) {
    for blob in &ledger.blobs {
        black_box((Digest::untagged(&[blob]), Digest::untagged(&[blob])));
    }
}
