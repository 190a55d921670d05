//! Events: what can happen, typed. Reading one is strict: what is not canonical, or not of its kind's shape, is no event.

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use super::{
    login::Login,
    operator::{self, OperatorBody, OperatorIntent},
    refusal::Refusal,
    ruleset::Genesis,
    words::{Blob, Code, Label, Right, UserId},
};
use crate::kernel::{
    Digest, Int, PublicKey, Signature,
    canonical::{write, write_hex, write_text},
    machine::Malformed,
    tags,
};

/// The longest canonical event of a user, in bytes. Of today's kinds none that is well-formed comes near it.
pub const EVENT_BYTES_MAX: usize = 4_096;
/// The longest canonical event of an operator, in bytes: a ruleset may have many tiers.
pub const OPERATOR_BYTES_MAX: usize = 32_768;
/// Nearly every intent fits, with no second allocation.
const INTENT_BYTES_USUAL: usize = 1_024;

/// What can happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The ledger begins; unsigned.
    Genesis(Genesis),
    /// A wallet opens a session.
    Login(Login),
    /// A device acts in a session.
    Intent(Intent),
    /// The operator acts.
    Operator(OperatorIntent),
}

/// A request signed by a session's device key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// What is wanted.
    pub body: Body,
    /// Tells this intent from every other of the session; at least 1.
    pub counter: Int,
    /// The device key that signed.
    pub key: PublicKey,
    /// The session's id.
    pub session: Digest,
    /// Over the tagged origin and the canonical intent without this field.
    pub sig: Signature,
}

/// What an intent wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// A new profile.
    ProfileUpdated(ProfileUpdated),
    /// New chat keys for this device.
    KeysPublished(KeysPublished),
    /// "X invited me."
    ReferralUse(ReferralUse),
    /// A message passed.
    Message(Message),
    /// This session goes on under another key.
    SessionRotated(SessionRotated),
    /// A session of this user ends.
    SessionRevoked(SessionRevoked),
    /// The profile goes.
    ProfileErased(ProfileErased),
}

/// Ends the session and opens a new one, whose id is the event's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionRotated {
    /// The key that signs in the new one.
    pub device_key: PublicKey,
    /// By the new key, over the tagged origin and the old session's id.
    pub device_sig: Signature,
}

/// Ends a session of the same user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionRevoked {
    /// Why, for people; may be empty.
    pub reason: Label,
    /// Which.
    pub session: Digest,
}

/// Deletes the profile's bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileErased {}

/// Replaces the whole profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileUpdated {
    /// The profile's bytes.
    pub blob: Blob,
}

/// Chat keys of (user, device key).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeysPublished {
    /// X25519.
    pub identity_key: PublicKey,
    /// X25519.
    pub prekey: PublicKey,
    /// By the device key, over both.
    pub prekey_sig: Signature,
}

/// Uses a referral code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferralUse {
    /// The inviter's code.
    pub code: Code,
}

/// A message's envelope; its content is in the blob, for the receivers alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// The ciphertexts.
    pub blob: Blob,
    /// The thread of sender and receiver.
    pub thread: Digest,
    /// The receiver.
    pub to: UserId,
}

impl Body {
    /// The kind as it stands in the event.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ProfileUpdated(_) => "PROFILE_UPDATED",
            Self::KeysPublished(_) => "KEYS_PUBLISHED",
            Self::ReferralUse(_) => "REFERRAL_USE",
            Self::Message(_) => "MESSAGE",
            Self::SessionRotated(_) => "SESSION_ROTATED",
            Self::SessionRevoked(_) => "SESSION_REVOKED",
            Self::ProfileErased(_) => "PROFILE_ERASED",
        }
    }

    /// The right that a session needs for it.
    #[must_use]
    pub fn right(&self) -> Right {
        match self {
            Self::ProfileUpdated(_) | Self::ProfileErased(_) => Right::Profile,
            Self::KeysPublished(_) | Self::Message(_) => Right::Chat,
            Self::ReferralUse(_) => Right::Referral,
            Self::SessionRotated(_) | Self::SessionRevoked(_) => Right::Session,
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::ProfileUpdated(body) => write(body, out),
            Self::KeysPublished(body) => write(body, out),
            Self::ReferralUse(body) => write(body, out),
            Self::Message(body) => write(body, out),
            Self::SessionRotated(body) => write(body, out),
            Self::SessionRevoked(body) => write(body, out),
            Self::ProfileErased(body) => write(body, out),
        }
    }

    fn read(kind: &str, body: &[u8]) -> Result<Self, String> {
        match kind {
            "PROFILE_UPDATED" => part(body).map(Self::ProfileUpdated),
            "KEYS_PUBLISHED" => part(body).map(Self::KeysPublished),
            "REFERRAL_USE" => part(body).map(Self::ReferralUse),
            "MESSAGE" => part(body).map(Self::Message),
            "SESSION_ROTATED" => part(body).map(Self::SessionRotated),
            "SESSION_REVOKED" => part(body).map(Self::SessionRevoked),
            "PROFILE_ERASED" => part(body).map(Self::ProfileErased),
            other => Err(format!("no event is called {other}")),
        }
    }
}

impl Intent {
    /// What the device key signs: tag, origin, newline, and the canonical intent without `sig`.
    #[must_use]
    pub fn signed_bytes(&self, origin: &str) -> Vec<u8> {
        signed_bytes(origin, |out| self.write_unsigned(out))
    }

    /// The event's id: SHA-256 of the signed bytes.
    #[must_use]
    pub fn id(&self, origin: &str) -> Digest {
        Digest::untagged(&[&self.signed_bytes(origin)])
    }

    /// The canonical intent up to where `sig` belongs.
    fn write_unsigned(&self, out: &mut Vec<u8>) {
        let Self { body, counter, key, session, .. } = self;
        write_unsigned(out, |out| body.write(out), (*counter, key), body.kind(), session);
    }
}

/// What is signed of an intent: tag, origin, newline, and the canonical intent without `sig`.
pub(super) fn signed_bytes(origin: &str, unsigned: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(INTENT_BYTES_USUAL);
    bytes.extend_from_slice(tags::INTENT.0.as_bytes());
    bytes.extend_from_slice(origin.as_bytes());
    bytes.push(b'\n');
    unsigned(&mut bytes);
    bytes.extend_from_slice(b"\"v\":1}");
    bytes
}

/// A canonical intent up to where `sig` belongs.
pub(super) fn write_unsigned(
    out: &mut Vec<u8>,
    body: impl FnOnce(&mut Vec<u8>),
    (counter, key): (Int, &PublicKey),
    kind: &str,
    session: &(impl Serialize + ?Sized),
) {
    out.extend_from_slice(b"{\"body\":");
    body(out);
    out.extend_from_slice(b",\"counter\":");
    write(&counter, out);
    out.extend_from_slice(b",\"key\":");
    write_hex(&key.to_hex(), out);
    out.extend_from_slice(b",\"kind\":");
    write_text(kind, out);
    out.extend_from_slice(b",\"session\":");
    write(session, out);
    out.push(b',');
}

/// The canonical bytes of a signed intent before and behind its field `sig`: together what is signed, behind tag and origin.
pub(super) fn around_signature(bytes: &[u8]) -> [&[u8]; 2] {
    const FIELD: usize = "\"sig\":\"\",".len() + 128;
    const END: usize = "\"v\":1}".len();
    let (before, rest) = bytes.split_at(bytes.len() - FIELD - END);
    let (field, after) = rest.split_at(FIELD);
    assert!(field.starts_with(b"\"sig\":\"") && after == b"\"v\":1}", "not a canonical signed intent");
    [before, after]
}

/// The end of a canonical intent.
fn write_signature(sig: &Signature, out: &mut Vec<u8>) {
    out.extend_from_slice(b"\"sig\":");
    write_hex(&sig.to_hex(), out);
    out.extend_from_slice(b",\"v\":1}");
}

/// The fields of any event as they stand in canonical order; which of them a kind has is checked by writing it again.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<'a> {
    #[serde(borrow)]
    body: &'a RawValue,
    counter: Option<Int>,
    key: Option<PublicKey>,
    kind: &'a str,
    session: Option<&'a str>,
    #[serde(borrow)]
    sig: Option<&'a str>,
    v: Int,
}

impl Event {
    /// The kind as it stands in the event.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Genesis(_) => "GENESIS",
            Self::Login(_) => "LOGIN",
            Self::Intent(intent) => intent.body.kind(),
            Self::Operator(intent) => intent.body.kind(),
        }
    }

    /// The canonical bytes.
    #[must_use]
    pub fn to_canonical(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(INTENT_BYTES_USUAL);
        self.write(&mut bytes);
        bytes
    }

    /// The canonical bytes, appended.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Genesis(genesis) => {
                out.extend_from_slice(b"{\"body\":");
                write(genesis, out);
                out.extend_from_slice(b",\"kind\":\"GENESIS\",\"v\":1}");
            }
            Self::Login(login) => login.write(out),
            Self::Intent(intent) => {
                intent.write_unsigned(out);
                write_signature(&intent.sig, out);
            }
            Self::Operator(intent) => {
                intent.write_unsigned(out);
                write_signature(&intent.sig, out);
            }
        }
    }

    /// Reads an event from its canonical bytes.
    ///
    /// # Errors
    /// `shape`, `size` or, for new numbers, `semantics`, with what is wrong.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed<Refusal>> {
        let shape = |detail: String| Malformed { refusal: Refusal::Shape, detail };
        let envelope: Envelope<'_> = serde_json::from_slice(bytes).map_err(|error| shape(format!("{error}")))?;
        let event = envelope.read().map_err(shape)?;
        if event.to_canonical() != bytes {
            return Err(shape("not in canonical form, or fields that this kind does not have".to_string()));
        }
        let most = match &event {
            Self::Genesis(_) | Self::Operator(_) => OPERATOR_BYTES_MAX,
            Self::Login(_) | Self::Intent(_) => EVENT_BYTES_MAX,
        };
        if bytes.len() > most {
            let detail = format!("{} bytes; an event of this kind has at most {most}", bytes.len());
            return Err(Malformed { refusal: Refusal::Size, detail });
        }
        match &event {
            Self::Genesis(genesis) => genesis.ruleset.check_semantics()?,
            Self::Operator(intent) => intent.check_semantics()?,
            Self::Login(_) | Self::Intent(_) => {}
        }
        Ok(event)
    }
}

impl Envelope<'_> {
    fn read(&self) -> Result<Event, String> {
        let body = self.body.get().as_bytes();
        if self.v != Int::from(1) {
            return Err("`v` is not 1".to_string());
        }
        match self.kind {
            "GENESIS" => Ok(Event::Genesis(part::<Genesis>(body)?.shaped()?)),
            "LOGIN" => Login::read(part(body)?, self.sig.ok_or("`sig` is missing")?).map(Event::Login),
            kind if self.session == Some(operator::SESSION) => {
                let (counter, key, sig) = self.signed()?;
                let body = OperatorBody::read(kind, body)?;
                Ok(Event::Operator(OperatorIntent { body, counter, key, sig }))
            }
            kind => self.intent(Body::read(kind, body)?).map(Event::Intent),
        }
    }

    fn intent(&self, body: Body) -> Result<Intent, String> {
        let (counter, key, sig) = self.signed()?;
        let session = self.session.ok_or("`session` is missing")?;
        let session = Digest::from_hex(session).ok_or("`session` is not 64 lower-case hex digits")?;
        Ok(Intent { body, counter, key, session, sig })
    }

    fn signed(&self) -> Result<(Int, PublicKey, Signature), String> {
        let counter = self.counter.filter(|counter| *counter > Int::ZERO).ok_or("`counter` is missing or 0")?;
        let key = self.key.ok_or("`key` is missing")?;
        let sig = self.sig.and_then(Signature::from_hex).ok_or("`sig` is not 128 lower-case hex digits")?;
        Ok((counter, key, sig))
    }
}

pub(super) fn part<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    serde_json::from_slice(bytes).map_err(|error| format!("body: {error}"))
}
