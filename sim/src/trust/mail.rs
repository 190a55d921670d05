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
    fn record(&self, out: &mut Vec<u8>) {
        match self {
            Self::Ask(ticket, request) => tagged(out, b'a', *ticket, request),
            Self::Told(ticket, reply) => tagged(out, b't', *ticket, reply),
            Self::Cue(step) => tagged(out, b'c', *step as u64, &()),
            Self::Done(step, outcome) => tagged(out, b'd', *step as u64, outcome),
        }
    }
}

fn tagged(out: &mut Vec<u8>, tag: u8, number: u64, body: &impl std::fmt::Debug) {
    use std::io::Write as _;
    out.push(tag);
    out.extend_from_slice(&number.to_le_bytes());
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
