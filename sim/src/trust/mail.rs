//! What the processes of a trust world send each other, and what they let the invariants know.

use std::{borrow::Cow, sync::Arc};

use machine::{
    door::{Reply, Request},
    kernel::{Digest, Entry},
    trust::{Refusal, Trust},
};

use crate::engine::Record;

/// A message between two processes.
#[derive(Clone, Debug)]
pub enum Mail {
    /// A client asks the door. The same ticket again is the same question again.
    Ask(u64, Arc<Request>),
    /// The door answers.
    Told(u64, Arc<Reply>),
    /// The director: it is this step's turn.
    Cue(usize),
    /// An actor: this step is done.
    Done(usize, Outcome),
    /// On its way to the node, a request of this actor (by position in the cast) was overheard.
    Overheard(u32, Arc<Request>),
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its event is an entry.
    Accepted {
        /// The entry's seq.
        seq: u64,
        /// Whether it was an entry before.
        repeated: bool,
    },
    /// Its event may not happen.
    Refused(Refusal),
    /// It looked, and saw this.
    Seen(String),
    /// It could not do what it should, or saw what it should not.
    Failed(String),
}

/// What is told to the invariants.
#[derive(Clone, Debug)]
pub enum Note {
    /// The node recovered; it has so many entries, and set aside what was torn.
    Ready {
        /// Entries.
        size: u64,
        /// Whether a torn group was set aside.
        torn: bool,
    },
    /// An entry became durable, or was read back.
    Entry {
        /// The entry.
        entry: Arc<Entry<Trust>>,
        /// Whether it was read back.
        replayed: bool,
    },
    /// The node acknowledged an event as this entry.
    Acknowledged {
        /// The entry's seq.
        seq: u64,
        /// The event's id.
        id: Digest,
    },
    /// An actor's event was refused.
    Refused {
        /// The event's id, if its bytes were an event.
        id: Option<Digest>,
        /// Why.
        refusal: Refusal,
    },
    /// The door answered something that held this marker of a plaintext.
    Leak(String),
    /// An actor sent a message with this marker to the other actor.
    Sent {
        /// The sender's and the receiver's names.
        parties: (String, String),
        /// The marker in the plaintext.
        marker: [u8; 16],
    },
    /// A device of this actor opened a message with this marker.
    Opened {
        /// The actor's name.
        by: String,
        /// The marker in the plaintext.
        marker: [u8; 16],
    },
    /// A step is done.
    Step {
        /// Which.
        index: usize,
        /// What came of it.
        outcome: Outcome,
    },
    /// Something that the story should tell, though no step of it.
    Event(Cow<'static, str>),
}

impl Record for Mail {
    /// A tag, the number, and what is said: bytes as they are, the rest as its `Debug` text.
    fn record(&self, out: &mut Vec<u8>) {
        match self {
            Self::Ask(ticket, request) => record_request(out, *ticket, request),
            Self::Told(ticket, reply) => record_reply(out, *ticket, reply),
            Self::Cue(step) => numbered(out, b'c', *step as u64),
            Self::Done(step, outcome) => tagged(out, b'd', *step as u64, outcome),
            Self::Overheard(actor, request) => {
                out.push(b'o');
                record_request(out, u64::from(*actor), request);
            }
        }
    }
}

fn record_request(out: &mut Vec<u8>, ticket: u64, request: &Request) {
    match request {
        Request::Submit(bytes) => raw(out, b's', ticket, bytes),
        Request::PutBlob(bytes) => raw(out, b'p', ticket, bytes),
        Request::GetBlob(sha256) => raw(out, b'g', ticket, &sha256.0),
        Request::Challenge | Request::Keys(_) | Request::Messages(..) | Request::Profile(_) => {
            tagged(out, b'a', ticket, request);
        }
    }
}

fn record_reply(out: &mut Vec<u8>, ticket: u64, reply: &Reply) {
    match reply {
        Reply::Accepted(receipt) => {
            out.push(u8::from(receipt.repeated));
            raw(out, b'y', ticket, &receipt.line);
        }
        Reply::Blob(Some(bytes)) => raw(out, b'b', ticket, bytes),
        Reply::Challenge { .. }
        | Reply::Refused { .. }
        | Reply::NoBlob(_)
        | Reply::Stored(_)
        | Reply::Erased(_)
        | Reply::Blob(None)
        | Reply::Keys(_)
        | Reply::Messages(_)
        | Reply::Profile(_)
        | Reply::Unavailable => tagged(out, b't', ticket, reply),
    }
}

fn numbered(out: &mut Vec<u8>, tag: u8, number: u64) {
    out.push(tag);
    out.extend_from_slice(&number.to_le_bytes());
}

fn raw(out: &mut Vec<u8>, tag: u8, number: u64, bytes: &[u8]) {
    numbered(out, tag, number);
    out.extend_from_slice(bytes);
}

fn tagged(out: &mut Vec<u8>, tag: u8, number: u64, body: &impl std::fmt::Debug) {
    use std::io::Write as _;
    numbered(out, tag, number);
    // writing into a vector cannot fail
    let _ = write!(out, "{body:?}");
}

impl Record for Note {
    fn record(&self, out: &mut Vec<u8>) {
        match self {
            Self::Entry { entry, replayed } => {
                out.push(u8::from(*replayed));
                out.extend_from_slice(&entry.hash.0);
            }
            other => tagged(out, b'n', 0, other),
        }
    }
}
