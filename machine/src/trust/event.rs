//! Events: what can happen, typed. Reading one is strict: what is not canonical, or not of its kind's shape, is no event.

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    genesis::Genesis,
    kinds::{Body, OperatorBody, read_part},
    login::Login,
    operator::OperatorSession,
    refusal::Refusal,
    signing::{Signed, Written as _, id_of_written},
    types::{Blob, Counter},
};
use crate::kernel::{
    Digest, Int, PublicKey, Signature, canonical::write, entry::LINE_BYTES_MAX, machine::Malformed, tags,
};

/// The longest canonical event of a user, in bytes. Of today's kinds none that is well-formed comes near it.
pub const EVENT_BYTES_MAX: usize = 4_096;
/// The longest canonical event of an operator, in bytes: a ruleset may have many tiers.
pub const OPERATOR_BYTES_MAX: usize = 32_768;
/// What is longer than any line of a ledger is refused for its length before it is parsed: parsing costs time that grows with it.
const PARSED_BYTES_MAX: usize = LINE_BYTES_MAX;
/// Nearly every event fits, with no second allocation.
const BYTES_USUAL: usize = 1_024;

/// A request signed by a session's device key.
pub type Intent = Signed<Body, Digest>;

/// A request of the operator; its counter is exactly one above the last accepted one's.
pub type OperatorIntent = Signed<OperatorBody, OperatorSession>;

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

/// The fields of any event as they stand in canonical order; which of them a kind has is checked by writing it again.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields<'a> {
    #[serde(borrow)]
    body: &'a RawValue,
    counter: Option<Counter>,
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
        let mut bytes = Vec::with_capacity(BYTES_USUAL);
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
            Self::Intent(intent) => intent.write(out),
            Self::Operator(intent) => intent.write(out),
        }
    }

    /// The blob that the event refers to, which must be stored before.
    #[must_use]
    pub fn blob(&self) -> Option<Blob> {
        match self {
            Self::Genesis(_) | Self::Login(_) | Self::Operator(_) => None,
            Self::Intent(intent) => intent.body.blob(),
        }
    }

    /// The event's id in a ledger of this name: SHA-256 of what is signed of it, or of the text that the wallet signed.
    #[must_use]
    pub fn id(&self, origin: &str) -> Digest {
        match self {
            Self::Genesis(_) => Digest::of(tags::INTENT, &[&self.to_canonical()]),
            Self::Login(login) => login.id(origin),
            Self::Intent(intent) => intent.id(origin),
            Self::Operator(intent) => intent.id(origin),
        }
    }

    /// The same, where the event's canonical bytes are at hand.
    #[must_use]
    pub fn id_of_written(&self, origin: &str, bytes: &[u8]) -> Digest {
        match self {
            Self::Genesis(_) => Digest::of(tags::INTENT, &[bytes]),
            Self::Login(login) => login.id(origin),
            Self::Intent(_) | Self::Operator(_) => id_of_written(origin, bytes),
        }
    }

    /// Reads an event from its canonical bytes. What is longer than any line of a ledger is refused as `size` before it is parsed.
    ///
    /// # Errors
    /// `shape`, `size` or, for new numbers, `semantics`, with what is wrong.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed<Refusal>> {
        let shape = |detail: String| Malformed { refusal: Refusal::Shape, detail };
        check_size(bytes.len(), PARSED_BYTES_MAX)?;
        let text = core::str::from_utf8(bytes).map_err(|error| shape(format!("{error}")))?;
        let fields: Fields<'_> = serde_json::from_str(text).map_err(|error| shape(format!("{error}")))?;
        let event = fields.read().map_err(shape)?;
        if event.to_canonical() != bytes {
            return Err(shape("not in canonical form, or fields that this kind does not have".to_string()));
        }
        let most = match &event {
            Self::Genesis(_) | Self::Operator(_) => OPERATOR_BYTES_MAX,
            Self::Login(_) | Self::Intent(_) => EVENT_BYTES_MAX,
        };
        check_size(bytes.len(), most)?;
        match &event {
            Self::Genesis(genesis) => genesis.ruleset.check_semantics()?,
            Self::Operator(intent) => intent.body.check()?,
            Self::Login(_) | Self::Intent(_) => {}
        }
        Ok(event)
    }
}

fn check_size(bytes: usize, most: usize) -> Result<(), Malformed<Refusal>> {
    if bytes <= most {
        return Ok(());
    }
    Err(Malformed {
        refusal: Refusal::Size,
        detail: format!("{bytes} bytes; an event of this kind has at most {most}"),
    })
}

impl Fields<'_> {
    fn read(&self) -> Result<Event, String> {
        let body = self.body.get();
        if self.v != Int::from(1) {
            return Err("`v` is not 1".to_string());
        }
        match self.kind {
            "GENESIS" => {
                let genesis: Genesis = read_part(body)?;
                genesis.check()?;
                Ok(Event::Genesis(genesis))
            }
            "LOGIN" => Login::read(read_part(body)?, self.sig.ok_or("`sig` is missing")?).map(Event::Login),
            kind if self.session == Some(OperatorSession::TEXT) => {
                self.signed(OperatorBody::read(kind, body)?, OperatorSession).map(Event::Operator)
            }
            kind => {
                let session = self.session.ok_or("`session` is missing")?;
                let session = Digest::from_hex(session).ok_or("`session` is not 64 lower-case hex digits")?;
                self.signed(Body::read(kind, body)?, session).map(Event::Intent)
            }
        }
    }

    fn signed<B, S>(&self, body: B, session: S) -> Result<Signed<B, S>, String> {
        let counter = self.counter.ok_or("`counter` is missing")?;
        let key = self.key.ok_or("`key` is missing")?;
        let sig = self.sig.and_then(Signature::from_hex).ok_or("`sig` is not 128 lower-case hex digits")?;
        Ok(Signed { body, counter, key, session, sig })
    }
}
