//! Signatures: everything about an event that can be checked without a state, in the order of judgement.

use alloc::{
    format,
    string::{String, ToString as _},
};

use super::{
    Trust,
    event::{Body, Event, Intent, KeysPublished, around_signature},
    login::{Login, WalletSig},
    refusal::Refusal,
    words::{Account, keccak},
};
use crate::kernel::{Digest, PublicKey, Signature, Verifier, tags};

/// The curve arithmetic that signatures rest on. [`Curves`] is the real one; a simulation may seal instead of sign.
pub trait Arithmetic {
    /// Whether `signature` is `key`'s over the message (strict: canonical, and no key of low order).
    fn ed25519(&self, key: &PublicKey, message: &[u8], signature: &Signature) -> bool;

    /// The Ethereum address whose key made r || s || v over the EIP-191 form of a text; none for a malformed or a
    /// malleable (high s) signature.
    fn eip191(&self, text: &str, signature: &[u8; 65]) -> Option<[u8; 20]>;
}

/// Ed25519 by RFC 8032 with strict checks; secp256k1 recovery.
#[derive(Clone, Copy, Debug, Default)]
pub struct Curves;

impl Arithmetic for Curves {
    fn ed25519(&self, key: &PublicKey, message: &[u8], signature: &Signature) -> bool {
        let Ok(key) = ed25519_dalek::VerifyingKey::from_bytes(&key.0) else { return false };
        key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(&signature.0)).is_ok()
    }

    fn eip191(&self, text: &str, signature: &[u8; 65]) -> Option<[u8; 20]> {
        use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};
        let (rs, v) = (signature.first_chunk::<64>()?, signature[64]);
        let id = RecoveryId::from_byte(v.checked_sub(0x1b).filter(|id| *id <= 1)?)?;
        let parsed = Signature::from_slice(rs).ok().filter(|parsed| parsed.normalize_s() == *parsed)?;
        let key = VerifyingKey::recover_from_prehash(&eip191_hash(text), &parsed, id).ok()?;
        Some(address_of(key.to_sec1_point(false).as_bytes()))
    }
}

/// What an Ethereum wallet signs for a text (EIP-191, version 0x45): the length is in bytes.
#[must_use]
pub fn eip191_hash(text: &str) -> [u8; 32] {
    keccak(&[format!("\x19Ethereum Signed Message:\n{}", text.len()).as_bytes(), text.as_bytes()])
}

/// The address of an uncompressed secp256k1 key (0x04 || x || y): the last 20 bytes of the hash of x || y.
#[must_use]
pub fn address_of(point: &[u8]) -> [u8; 20] {
    let hash = keccak(&[point.get(1..).unwrap_or_default()]);
    let mut address = [0; 20];
    address.copy_from_slice(&hash[12..]);
    address
}

/// Checks the signatures of one ledger's events.
#[derive(Clone, Debug)]
pub struct Signatures<A> {
    /// The ledger's origin: part of everything that is signed.
    pub origin: String,
    /// Real or sealed.
    pub arithmetic: A,
}

impl<A: Arithmetic> Verifier<Trust> for Signatures<A> {
    fn origin(&self) -> &str {
        &self.origin
    }

    fn verify(&self, event: &Event, bytes: &[u8]) -> Result<(), Refusal> {
        match event {
            // It is signed by nobody: whoever founds the ledger writes it, and entry 0 is public.
            Event::Genesis(_) => Ok(()),
            Event::Login(login) => self.login(login),
            Event::Intent(intent) => self.intent(intent, bytes),
            Event::Operator(intent) => self.signed(&intent.key, bytes, &intent.sig),
        }
    }
}

impl<A: Arithmetic> Signatures<A> {
    fn login(&self, login: &Login) -> Result<(), Refusal> {
        let text = login.text(&self.origin);
        match (&login.account, &login.sig) {
            (Account::Eip155(address), WalletSig::Eip191(sig)) => {
                let signer = self.arithmetic.eip191(&text, sig).ok_or(Refusal::BadSignature)?;
                (signer == *address).then_some(()).ok_or(Refusal::WrongSigner)?;
            }
            (Account::Ed25519(key), WalletSig::Ed25519(sig)) => {
                self.ed25519(key, &[tags::LOGIN.0, &text], sig, Refusal::BadSignature)?;
            }
            (Account::Eip155(_), WalletSig::Ed25519(_)) | (Account::Ed25519(_), WalletSig::Eip191(_)) => {
                return Err(Refusal::BadSignature);
            }
        }
        let body = &login.body;
        self.ed25519(&body.device_key, &[tags::DEVICE.0, &text], &body.device_sig, Refusal::DeviceProof)
    }

    /// Whether a canonical intent is signed by the key.
    fn signed(&self, key: &PublicKey, bytes: &[u8], sig: &Signature) -> Result<(), Refusal> {
        let [before, after] = around_signature(bytes);
        let signed = [tags::INTENT.0.as_bytes(), self.origin.as_bytes(), b"\n", before, after].concat();
        self.arithmetic.ed25519(key, &signed, sig).then_some(()).ok_or(Refusal::BadSignature)
    }

    fn intent(&self, intent: &Intent, bytes: &[u8]) -> Result<(), Refusal> {
        self.signed(&intent.key, bytes, &intent.sig)?;
        match &intent.body {
            Body::KeysPublished(keys) => self.chat_keys(&intent.key, keys),
            Body::SessionRotated(body) => {
                let old = intent.session.to_string();
                let proof = [tags::DEVICE.0, &self.origin, "\n", &old];
                self.ed25519(&body.device_key, &proof, &body.device_sig, Refusal::DeviceProof)
            }
            Body::ProfileUpdated(_)
            | Body::ReferralUse(_)
            | Body::Message(_)
            | Body::SessionRevoked(_)
            | Body::ProfileErased(_) => Ok(()),
        }
    }

    fn chat_keys(&self, device: &PublicKey, keys: &KeysPublished) -> Result<(), Refusal> {
        let KeysPublished { identity_key, prekey, prekey_sig } = keys;
        let signed = format!("{identity_key}\n{prekey}");
        self.ed25519(device, &[tags::PREKEY.0, &signed], prekey_sig, Refusal::BadPrekeySig)?;
        if has_low_order(identity_key) || has_low_order(prekey) { Err(Refusal::BadKey) } else { Ok(()) }
    }

    fn ed25519(&self, key: &PublicKey, parts: &[&str], sig: &Signature, refusal: Refusal) -> Result<(), Refusal> {
        if self.arithmetic.ed25519(key, parts.concat().as_bytes(), sig) { Ok(()) } else { Err(refusal) }
    }
}

/// The u-coordinates of low order on Curve25519, with the spellings above the prime; the top bit is ignored (RFC 7748).
pub const LOW_ORDER: [&str; 7] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

/// Whether every secret gives the same shared secret with this X25519 key: zero.
#[must_use]
pub fn has_low_order(key: &PublicKey) -> bool {
    let mut plain = *key;
    plain.0[31] &= 0x7f;
    LOW_ORDER.iter().any(|known| PublicKey::from_hex(known) == Some(plain))
}

/// The event's id without a state: for clients, who know the origin.
#[must_use]
pub fn event_id(event: &Event, origin: &str) -> Digest {
    match event {
        Event::Genesis(_) => Digest::of(tags::INTENT, &[&event.to_canonical()]),
        Event::Login(login) => login.id(origin),
        Event::Intent(intent) => intent.id(origin),
        Event::Operator(intent) => intent.id(origin),
    }
}
