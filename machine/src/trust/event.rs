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
    refusal::Refusal,
    ruleset::Genesis,
    words::{Blob, Code, Right, UserId},
};
use crate::kernel::{Digest, Int, PublicKey, Signature, canonical::write, machine::Malformed, tags};

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
}

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
        }
    }

    /// The right that a session needs for it.
    #[must_use]
    pub fn right(&self) -> Right {
        match self {
            Self::ProfileUpdated(_) => Right::Profile,
            Self::KeysPublished(_) | Self::Message(_) => Right::Chat,
            Self::ReferralUse(_) => Right::Referral,
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::ProfileUpdated(body) => write(body, out),
            Self::KeysPublished(body) => write(body, out),
            Self::ReferralUse(body) => write(body, out),
            Self::Message(body) => write(body, out),
        }
    }

    fn read(kind: &str, body: &[u8]) -> Result<Self, String> {
        match kind {
            "PROFILE_UPDATED" => part(body).map(Self::ProfileUpdated),
            "KEYS_PUBLISHED" => part(body).map(Self::KeysPublished),
            "REFERRAL_USE" => part(body).map(Self::ReferralUse),
            "MESSAGE" => part(body).map(Self::Message),
            other => Err(format!("no event is called {other}")),
        }
    }
}

impl Intent {
    /// What the device key signs: tag, origin, newline, and the canonical intent without `sig`.
    #[must_use]
    pub fn signed_bytes(&self, origin: &str) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(INTENT_BYTES_USUAL);
        bytes.extend_from_slice(tags::INTENT.0.as_bytes());
        bytes.extend_from_slice(origin.as_bytes());
        bytes.push(b'\n');
        self.write_unsigned(&mut bytes);
        bytes.extend_from_slice(b"\"v\":1}");
        bytes
    }

    /// The event's id: SHA-256 of the signed bytes.
    #[must_use]
    pub fn id(&self, origin: &str) -> Digest {
        Digest::untagged(&[&self.signed_bytes(origin)])
    }

    /// The canonical intent up to where `sig` belongs.
    fn write_unsigned(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"body\":");
        self.body.write(out);
        out.extend_from_slice(b",\"counter\":");
        write(&self.counter, out);
        out.extend_from_slice(b",\"key\":");
        write(&self.key, out);
        out.extend_from_slice(b",\"kind\":\"");
        out.extend_from_slice(self.body.kind().as_bytes());
        out.extend_from_slice(b"\",\"session\":");
        write(&self.session, out);
        out.push(b',');
    }
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
    session: Option<Digest>,
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
                out.extend_from_slice(b"\"sig\":");
                write(&intent.sig, out);
                out.extend_from_slice(b",\"v\":1}");
            }
        }
    }

    /// Reads an event from its canonical bytes.
    ///
    /// # Errors
    /// `shape`, `size` or, for a genesis, `semantics`, with what is wrong.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed<Refusal>> {
        let shape = |detail: String| Malformed { refusal: Refusal::Shape, detail };
        let envelope: Envelope<'_> = serde_json::from_slice(bytes).map_err(|error| shape(format!("{error}")))?;
        let event = envelope.read().map_err(shape)?;
        if event.to_canonical() != bytes {
            return Err(shape("not in canonical form, or fields that this kind does not have".to_string()));
        }
        let most = if matches!(event, Self::Genesis(_)) { OPERATOR_BYTES_MAX } else { EVENT_BYTES_MAX };
        if bytes.len() > most {
            let detail = format!("{} bytes; an event of this kind has at most {most}", bytes.len());
            return Err(Malformed { refusal: Refusal::Size, detail });
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
            "GENESIS" => part(body).map(Event::Genesis),
            "LOGIN" => Login::read(part(body)?, self.sig.ok_or("`sig` is missing")?).map(Event::Login),
            kind => self.intent(Body::read(kind, body)?).map(Event::Intent),
        }
    }

    fn intent(&self, body: Body) -> Result<Intent, String> {
        let counter = self.counter.filter(|counter| *counter > Int::ZERO).ok_or("`counter` is missing or 0")?;
        let key = self.key.ok_or("`key` is missing")?;
        let session = self.session.ok_or("`session` is missing")?;
        let sig = self.sig.and_then(Signature::from_hex).ok_or("`sig` is not 128 lower-case hex digits")?;
        Ok(Intent { body, counter, key, session, sig })
    }
}

fn part<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    serde_json::from_slice(bytes).map_err(|error| format!("body: {error}"))
}
