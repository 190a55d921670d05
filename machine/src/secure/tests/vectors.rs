//! The committed vectors of SecureMessageV2: every value between fixed secrets and the bytes that are sent.
//!
//! `tests/vectors/secure_message_v2.json` has what is given (secrets, plaintexts, who seals and opens when) and what
//! follows from it: keys, associated data line by line, paddings, tags, envelopes. Here the same values are made again, and
//! bound to the real code: envelopes come out of [`Chats::seal`] and go into [`Chats::open`], chains and roots are compared
//! with what a device stores.
//! `tests/foreign/secure/verify.mjs` makes them a second time, from `given` alone and with other libraries.
//!
//! A difference means that devices of two versions no longer understand each other. If that is meant (then with new
//! labels), this writes the file anew, and nothing else does:
//!
//! ```text
//! BLESS=1 cargo test -p machine vectors
//! ```

extern crate std;

use alloc::{format, string::String, vec::Vec};
use std::{env, fs};

use argon2::{Algorithm, Argon2, Params, Version};
use base64ct::{Base64, Encoding as _};
use chacha20poly1305::{
    ChaCha20Poly1305, Key, KeyInit as _, Nonce,
    aead::{Aead as _, Payload},
};
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Map, Value, json};

use super::super::{
    envelope::{Bound, tag},
    handshake::{initiate, respond},
    keys::{CHAIN, MESSAGE, NO_SALT, RANDOM, ROOT, TAG_KEYS, derive, derive_secrets},
    *,
};
use crate::kernel::{
    Digest, PublicKey,
    canonical::to_bytes,
    digest::{hex, unhex},
    tags,
};

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/secure_message_v2.json");

/// Name, whether Bob writes it, plaintext; an empty one, one of a whole padding block, one beyond ASCII.
const MESSAGES: [(&str, bool, &str); 6] = [
    ("a0", false, "hello"),
    ("a1", false, ""),
    (
        "a2",
        false,
        concat!(
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
        ),
    ),
    ("b0", true, "grüße \u{1f511}"),
    ("c0", false, "the first of two"),
    ("c1", false, "the second, which comes first"),
];
/// Three messages, a turn, a turn back whose two messages come in the wrong order; `a2` comes after its chain's end.
const SCRIPT: [&str; 12] = [
    "seal a0", "open a0", "seal a1", "open a1", "seal a2", "seal b0", "open b0", "seal c0", "seal c1", "open c1",
    "open c0", "open a2",
];
const ORIGIN: &str = "chat.example";
const HISTORY: &str = "{\"chats\":[\"hello\"]}";
/// Plaintexts of so many bytes are padded.
const PADDED: [usize; 7] = [0, 1, 158, 159, 160, 319, PLAINTEXT_BYTES_MAX];
const PASSPHRASE: &str = "correct horse battery staple";

#[test]
fn every_value_is_the_committed_one() {
    let computed = document();
    if env::var("BLESS").is_ok_and(|bless| bless == "1") {
        let text = serde_json::to_string_pretty(&computed).expect("JSON");
        fs::write(COMMITTED, text + "\n").expect("written");
    }
    let committed = fs::read(COMMITTED).expect("the committed vectors");
    let committed: Value = serde_json::from_slice(&committed).expect("JSON");
    if let Some(path) = first_difference("$", &committed, &computed) {
        panic!("{path}\nthe vectors drifted; if that is meant: BLESS=1 cargo test -p machine vectors");
    }
}

#[test]
fn a_difference_is_named_by_its_path() {
    let committed = json!({"a": [1, {"b": "x"}], "c": 1});
    assert_eq!(first_difference("$", &committed, &committed), None);
    for (computed, path) in [
        (json!({"a": [1, {"b": "y"}], "c": 1}), "$.a[1].b: committed \"x\", computed \"y\""),
        (json!({"a": [1], "c": 1}), "$.a[1]: committed {\"b\":\"x\"}, computed nothing"),
        (json!({"a": [1, {"b": "x"}], "c": 1, "d": 2}), "$.d: committed nothing, computed 2"),
    ] {
        assert_eq!(first_difference("$", &committed, &computed).as_deref(), Some(path));
    }
}

/// A device with its secrets, and the real code that runs on them.
struct Device {
    seed: [u8; 32],
    user: Digest,
    identity: Secret,
    prekey: Secret,
    device_key: PublicKey,
    chats: Chats<X25519>,
}

impl Device {
    fn new(start: u8) -> Self {
        let (seed, identity, prekey) = (fixed(start), Secret::new(&fixed(start + 1)), Secret::new(&fixed(start + 2)));
        let device_key = PublicKey(SigningKey::from_bytes(&seed).verifying_key().to_bytes());
        let user = Digest(fixed(start + 3));
        let chats = Chats::new(ORIGIN, user, device_key, identity.clone(), prekey.clone());
        Self { seed, user, identity, prekey, device_key, chats }
    }

    fn given(&self) -> Value {
        let [identity_secret, prekey_secret] = [&self.identity, &self.prekey].map(shown);
        json!({
            "device_seed": hex(&self.seed), "identity_secret": identity_secret, "prekey_secret": prekey_secret,
            "user": format!("user_{}", self.user),
        })
    }

    fn published(&self) -> Value {
        let message = prekey_message(&self.chats.party().identity_key, &self.chats.prekey());
        let signature = SigningKey::from_bytes(&self.seed).sign(message.as_bytes());
        json!({
            "device_key": self.device_key, "identity_key": self.chats.party().identity_key, "prekey": self.chats.prekey(),
            "prekey_message": message, "prekey_sig": hex(&signature.to_bytes()),
        })
    }

    fn recipient(&self) -> Recipient {
        Recipient { party: self.chats.party(), prekey: self.chats.prekey() }
    }

    /// The one session, as the device stores it; null before the first message.
    fn session(&self) -> Value {
        let stored: Value = serde_json::from_slice(&self.chats.to_bytes()).expect("JSON");
        stored["peers"][0]["sessions"][0].clone()
    }
}

/// The whole document.
fn document() -> Value {
    let [alice, bob] = [Device::new(0x11), Device::new(0x21)];
    let devices = json!({"alice": alice.published(), "bob": bob.published()});
    let (handshake, given) = (handshake(&alice, &bob), given(&alice, &bob));
    let (sealed, opened) = conversation([alice, bob]);
    json!({
        "about": "SecureMessageV2: all follows from `given`; bytes are hex unless they are text",
        "devices": devices,
        "export": exported(),
        "given": given,
        "handshake": handshake,
        "labels": LABELS.iter().map(|(label, _)| *label).collect::<Vec<_>>(),
        "opened": opened,
        "padding": PADDED.map(padded),
        "safety_number": safety(),
        "sealed": sealed,
    })
}

fn given(alice: &Device, bob: &Device) -> Value {
    let messages = MESSAGES.iter().enumerate().map(|(at, (name, by_bob, plaintext))| {
        let (from, to) = if *by_bob { ("bob", "alice") } else { ("alice", "bob") };
        let message = json!({
            "from": from, "plaintext": plaintext, "random": hex(&random(at)), "thread": thread(at), "to": to,
        });
        (String::from(*name), message)
    });
    let (ours, theirs) = key_lists();
    json!({
        "alice": alice.given(),
        "bob": bob.given(),
        "export": {"history": HISTORY, "passphrase": PASSPHRASE, "salt": hex(&salt())},
        "messages": messages.collect::<Map<_, _>>(),
        "origin": ORIGIN,
        "padding": PADDED,
        "safety_number": {"ours": ours, "theirs": theirs},
        "script": SCRIPT,
    })
}

/// The three agreements and their secret, by the real code from both sides.
fn handshake(alice: &Device, bob: &Device) -> Value {
    let [secret, ..] = randomness(bob, 0);
    let (ephemeral, to, from) = (X25519::public(&secret), bob.recipient(), alice.chats.party());
    let root = initiate::<X25519>(&alice.identity, &secret, &to.party.identity_key, &to.prekey).expect("a secret");
    let theirs = respond::<X25519>(&bob.identity, &bob.prekey, &from.identity_key, &ephemeral);
    assert_eq!(theirs, Ok(root.clone()));
    let [initiators, responders] = derive_secrets(&NO_SALT, root.bytes(), TAG_KEYS);
    let agreed = |ours: &Secret, theirs: &PublicKey| X25519::agree(ours, theirs).map(|agreed| shown(&agreed));
    json!({
        "dh1": agreed(&alice.identity, &to.prekey),
        "dh2": agreed(&secret, &to.party.identity_key),
        "dh3": agreed(&secret, &to.prekey),
        "ephemeral": ephemeral,
        "ephemeral_secret": shown(&secret),
        "initiators_tag_key": shown(&initiators),
        "responders_tag_key": shown(&responders),
        "shared_secret": shown(&root),
    })
}

/// Ephemeral secret, ratchet secret, and the header's randomness.
fn randomness(to: &Device, at: usize) -> [Secret; 3] {
    derive_secrets(&to.device_key.0, &random(at), RANDOM)
}

/// A plaintext of so many bytes `a` by the real code, without its cipher.
fn padded(len: usize) -> Value {
    let (key, salt) = (Secret::new(&fixed(1)), Salt(fixed(2)));
    let ciphertext = super::super::cipher::encrypt(&key, &salt, &std::vec![b'a'; len], b"").expect("encrypted");
    let both: [u8; 44] = *derive(&salt.0, key.bytes(), MESSAGE);
    let padded = decrypted(&both[..32], &both[32..], &ciphertext, b"");
    json!({"bytes": padded.len(), "end": hex(&padded[len..]), "plaintext_bytes": len})
}

/// Runs the script; what each message was sealed with, and what its receiver held after opening it.
fn conversation(mut devices: [Device; 2]) -> (Map<String, Value>, Map<String, Value>) {
    let (mut sealed, mut opened, mut envelopes) = (Map::new(), Map::new(), Map::new());
    for (act, name) in SCRIPT.iter().filter_map(|act| act.split_once(' ')) {
        let at = MESSAGES.iter().position(|message| message.0 == name).expect("a message of this name");
        let [alice, bob] = &mut devices;
        let (from, to) = if MESSAGES[at].1 { (bob, alice) } else { (alice, bob) };
        if act == "seal" {
            let (record, envelope) = seal(from, to, at);
            envelopes.insert(name.into(), envelope);
            sealed.insert(name.into(), record);
        } else {
            let envelope = serde_json::from_value(envelopes[name].clone()).expect("an envelope");
            opened.insert(name.into(), open(to, from, &envelope, at));
        }
    }
    (sealed, opened)
}

/// Seals by the real code, and makes each key on the way a second time.
fn seal(from: &mut Device, to: &Device, at: usize) -> (Value, Value) {
    let before = from.session();
    let plaintext = MESSAGES[at].2.as_bytes();
    let sealed = from.chats.seal(&thread(at), &[to.recipient()], plaintext, &random(at), 0).expect("sealed");
    let after = from.session();
    let turn = before["sending"].is_null().then(|| turn(from, to, &before, at));
    let begun = turn.as_ref().map(|turn| &turn["root_key"]);
    assert_eq!(begun.unwrap_or(&before["root"]), &after["root"], "the root key is the device's own");
    let chain = secret(turn.as_ref().map_or(&before["sending"]["key"], |turn| &turn["chain_key"]));
    let [next, message_key] = derive_secrets(&NO_SALT, chain.bytes(), CHAIN);
    assert_eq!(json!(shown(&next)), after["sending"]["key"], "the chain key is the device's own");
    let envelope = sealed.copies.for_device(&to.device_key).expect("a copy");
    let ends = if after["ours"] == json!(true) { [&*from, to] } else { [to, &*from] };
    let mut record = encrypted(&message_key, envelope, ends, at);
    let [_, _, salt] = randomness(to, at);
    assert_eq!(envelope.header.random, Salt(*salt.bytes()));
    let tag_key = secret(&after["tag_ours"]);
    let associated = record["associated_data"].as_str().expect("text").as_bytes();
    assert_eq!(tag(&tag_key, associated, &envelope.ciphertext), envelope.tag);
    for (name, value) in [
        ("blob", json!(String::from_utf8_lossy(&sealed.copies.to_bytes()))),
        ("chain_key", json!(shown(&chain))),
        ("ciphertext_digest", json!(Digest::of(tags::CIPHERTEXT, &[envelope.ciphertext.as_bytes()]))),
        ("message_key", json!(shown(&message_key))),
        ("next_chain_key", json!(shown(&next))),
        ("tag", json!(envelope.tag)),
        ("tag_key", json!(shown(&tag_key))),
        ("turn", json!(turn)),
    ] {
        record[name] = value;
    }
    (record, json!(envelope))
}

/// A new sending chain: the randomness becomes the ratchet key, agreed with the newest one of the other.
fn turn(from: &Device, to: &Device, before: &Value, at: usize) -> Value {
    let [ephemeral, fresh, _] = randomness(to, at);
    let receiving = before["receiving"].as_array().and_then(|chains| chains.last());
    let theirs = receiving.map_or(to.chats.prekey(), |chain| PublicKey(*secret(&chain["ratchet"]).bytes()));
    let root = match before {
        Value::Null => {
            let identity_key = to.chats.party().identity_key;
            initiate::<X25519>(&from.identity, &ephemeral, &identity_key, &theirs).expect("a root")
        }
        _ => secret(&before["root"]),
    };
    let agreement = X25519::agree(&fresh, &theirs).expect("an agreement");
    let [root_key, chain_key] = derive_secrets(root.bytes(), agreement.bytes(), ROOT);
    let [agreement, chain_key, ratchet_secret, root_key, root_key_before] =
        [&agreement, &chain_key, &fresh, &root_key, &root].map(shown);
    json!({
        "agreement": agreement, "chain_key": chain_key, "ratchet": X25519::public(&fresh), "ratchet_secret": ratchet_secret,
        "root_key": root_key, "root_key_before": root_key_before, "their_ratchet": theirs,
    })
}

/// What the message key made, and what lies under the ciphertext of the real code when it is opened with that.
fn encrypted(message_key: &Secret, envelope: &Envelope, ends: [&Device; 2], at: usize) -> Value {
    let both: [u8; 44] = *derive(&envelope.header.random.0, message_key.bytes(), MESSAGE);
    let [initiator, responder] = ends.map(|end| end.chats.party());
    let bound = Bound { origin: ORIGIN, initiator: &initiator, responder: &responder, thread: &thread(at) };
    let aad = bound.associated_data(&envelope.header);
    let padded = decrypted(&both[..32], &both[32..], &envelope.ciphertext, &aad);
    json!({
        "associated_data": String::from_utf8_lossy(&aad),
        "cipher_key": hex(&both[..32]),
        "ciphertext": envelope.ciphertext,
        "header": String::from_utf8_lossy(&to_bytes(&envelope.header)),
        "nonce": hex(&both[32..]),
        "padded": hex(&padded),
    })
}

/// Opens by the real code; the root key and the receiving chains that the device then holds.
fn open(at: &mut Device, from: &Device, envelope: &Envelope, message: usize) -> Value {
    let plaintext = MESSAGES[message].2;
    let opened = at.chats.open(&thread(message), &from.chats.party(), envelope, 0).expect("opened");
    assert_eq!(*opened.plaintext, plaintext.as_bytes());
    let session = at.session();
    let chains = session["receiving"].as_array().expect("chains").iter().map(|chain| {
        let (key, n, ratchet) = (&chain["key"], &chain["n"], &chain["ratchet"]);
        json!({"chain_key": key, "n": n, "ratchet": ratchet, "skipped": chain["skipped"], "turn": chain["turn"]})
    });
    json!({"plaintext": plaintext, "receiving": chains.collect::<Vec<_>>(), "root_key": session["root"]})
}

fn safety() -> Value {
    let (ours, theirs) = key_lists();
    let [our_half, their_half] = [&ours, &theirs].map(|keys| {
        let mut lines: Vec<_> = keys.iter().map(|key| format!("{key}\n")).collect();
        lines.sort();
        lines.dedup();
        Digest::of(tags::SAFETY, &[lines.concat().as_bytes()])
    });
    json!({"number": safety_number(&ours, &theirs), "our_digest": our_half, "their_digest": their_half})
}

/// The export, with the key that its own parameters make; that key opens it.
fn exported() -> Value {
    let file = export(HISTORY.as_bytes(), PASSPHRASE, &salt()).expect("exported");
    let read: Value = serde_json::from_slice(&file).expect("JSON");
    let [memory, passes, lanes] = ["memory_kib", "passes", "lanes"]
        .map(|name| read[name].as_u64().and_then(|cost| cost.try_into().ok()).expect("a cost"));
    let params = Params::new(memory, passes, lanes, Some(32)).expect("parameters");
    let (argon, mut key) = (Argon2::new(Algorithm::Argon2id, Version::V0x13, params), [0; 32]);
    argon.hash_password_into(PASSPHRASE.as_bytes(), &salt(), &mut key).expect("a key");
    let ciphertext = read["ciphertext"].as_str().expect("text");
    assert_eq!(decrypted(&key, &[0; 12], ciphertext, tags::EXPORT.0.as_bytes()), HISTORY.as_bytes());
    json!({
        "associated_data": tags::EXPORT.0, "ciphertext": ciphertext, "file": String::from_utf8_lossy(&file),
        "key": hex(&key), "lanes": lanes, "memory_kib": memory, "nonce": hex(&[0; 12]),
        "passes": passes, "salt": read["salt"],
    })
}

/// ChaCha20-Poly1305 alone, without padding.
fn decrypted(key: &[u8], nonce: &[u8], ciphertext: &str, aad: &[u8]) -> Vec<u8> {
    let key: [u8; 32] = key.try_into().expect("32 bytes");
    let nonce: [u8; 12] = nonce.try_into().expect("12 bytes");
    let msg = Base64::decode_vec(ciphertext).expect("base64");
    let payload = Payload { msg: &msg, aad };
    ChaCha20Poly1305::new(&Key::from(key)).decrypt(&Nonce::from(nonce), payload).expect("the tag verifies")
}

/// The path of the first value that differs, with both values.
fn first_difference(path: &str, committed: &Value, computed: &Value) -> Option<String> {
    match (committed, computed) {
        (Value::Object(left), Value::Object(right)) => {
            let mut names: Vec<_> = left.keys().chain(right.keys()).collect();
            names.sort();
            names.into_iter().find_map(|name| between(&format!("{path}.{name}"), left.get(name), right.get(name)))
        }
        (Value::Array(left), Value::Array(right)) => (0..left.len().max(right.len()))
            .find_map(|at| between(&format!("{path}[{at}]"), left.get(at), right.get(at))),
        _ => between_leaves(path, Some(committed), Some(computed)),
    }
}

fn between(path: &str, committed: Option<&Value>, computed: Option<&Value>) -> Option<String> {
    match (committed, computed) {
        (Some(left), Some(right)) => first_difference(path, left, right),
        _ => between_leaves(path, committed, computed),
    }
}

fn between_leaves(path: &str, committed: Option<&Value>, computed: Option<&Value>) -> Option<String> {
    let [left, right] = [committed, computed].map(|value| value.map_or("nothing".into(), |value| format!("{value}")));
    (left != right).then(|| format!("{path}: committed {left}, computed {right}"))
}

/// 32 bytes that count upwards: a reversed or cut key cannot pass.
fn fixed(start: u8) -> [u8; 32] {
    core::array::from_fn(|at| start.wrapping_add((at as u8).wrapping_mul(7)))
}

fn random(message: usize) -> [u8; 32] {
    fixed(0xa0 + message as u8)
}

/// The last two messages are of another thread than the rest, in the same session.
fn thread(message: usize) -> Digest {
    Digest(fixed(if message < 4 { 0xc1 } else { 0xd1 }))
}

fn salt() -> [u8; 16] {
    core::array::from_fn(|at| 0x50 + at as u8)
}

/// Unsorted, and one key twice: neither matters.
fn key_lists() -> (Vec<PublicKey>, Vec<PublicKey>) {
    let key = |start| PublicKey(fixed(start));
    ([0x93, 0x31, 0x93].map(key).to_vec(), [0x62].map(key).to_vec())
}

fn shown(secret: &Secret) -> String {
    hex(secret.bytes())
}

/// 32 bytes that stand in the document as hex.
fn secret(value: &Value) -> Secret {
    Secret::new(&value.as_str().and_then(unhex).expect("64 hex digits"))
}
