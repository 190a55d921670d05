//! What the processes of a world with a ledger send each other, and what they note for the invariants.

use std::{fmt::Debug, io::Write as _, sync::Arc};

use machine::kernel::{Digest, Entry, Ledgered, node::Ticket};

use crate::engine::Record;

/// A message between two processes, with the front's requests `Q` and replies `P`, and the machine's refusals `R`.
#[derive(Clone, Debug)]
pub enum WireMessage<Q, P, R> {
    /// A client asks the node. The same ticket again is the same question again.
    Ask(Ticket, Arc<Q>),
    /// The node answers the question of this ticket.
    Told(Ticket, Arc<P>),
    /// A process may take this step now. Told the node, the step is to close the ledger.
    Cue(usize),
    /// A process has taken this step.
    Done(usize, StepOutcome<R>),
    /// A request of this actor (by position in the cast) was overheard on its way to the node.
    Overheard(u32, Arc<Q>),
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepOutcome<R> {
    /// The step's event is an entry.
    Accepted {
        /// The seq of the entry.
        seq: u64,
        /// Whether it was an entry before.
        repeated: bool,
    },
    /// The step's event may not happen.
    Refused(R),
    /// The step looked at something, and saw this.
    Seen(String),
    /// The step could not do what it should, or saw what it should not.
    Failed(String),
}

/// What a process notes for the invariants; `X` is what only one system notes.
#[derive(Debug)]
pub enum Note<M: Ledgered, X> {
    /// The node has recovered its ledger.
    Ready {
        /// How many entries the ledger has.
        size: u64,
        /// Whether a torn end was set aside.
        torn: bool,
    },
    /// An entry became durable, or was read back.
    Entry {
        /// The entry, with its line.
        entry: Arc<Entry<M>>,
        /// Whether the entry was read back.
        replayed: bool,
    },
    /// The node acknowledged an event as this entry.
    Acknowledged {
        /// The seq of the entry.
        seq: u64,
        /// The id of the event.
        id: Digest,
    },
    /// A client learnt that its event was refused.
    Refused {
        /// The event's id, if its bytes were an event.
        id: Option<Digest>,
        /// Why the event was refused.
        refusal: M::Refusal,
    },
    /// The node gave out this signed checkpoint.
    Checkpoint(String),
    /// A step is done.
    Step {
        /// The step's position in the scenario.
        index: usize,
        /// What came of it.
        outcome: StepOutcome<M::Refusal>,
    },
    /// What only this system notes.
    Own(X),
}

/// The bytes by which a request or a reply goes into the run root, behind its ticket.
pub trait RecordNumbered {
    /// Appends the bytes. Different values must give different bytes, on every machine the same.
    fn record(&self, number: u64, out: &mut Vec<u8>);
}

impl<Q, P, R> Record for WireMessage<Q, P, R>
where
    Q: RecordNumbered + Debug,
    P: RecordNumbered + Debug,
    R: Debug,
{
    /// A tag, the number, and what is said: bytes as they are, the rest as its `Debug` text.
    fn record(&self, out: &mut Vec<u8>) {
        match self {
            Self::Ask(ticket, request) => request.record(*ticket, out),
            Self::Told(ticket, reply) => reply.record(*ticket, out),
            Self::Cue(step) => record_number(b'c', *step as u64, out),
            Self::Done(step, outcome) => record_debug(b'd', *step as u64, outcome, out),
            Self::Overheard(actor, request) => {
                out.push(b'o');
                request.record(u64::from(*actor), out);
            }
        }
    }
}

impl<M: Ledgered + Debug, X: Debug> Record for Note<M, X> {
    /// An entry as its hash, the rest as its `Debug` text.
    fn record(&self, out: &mut Vec<u8>) {
        match self {
            Self::Entry { entry, replayed } => {
                out.push(u8::from(*replayed));
                out.extend_from_slice(&entry.hash.0);
            }
            Self::Own(own) => record_debug(b'n', 0, own, out),
            // that there is one; what it says follows from the entries and is checked against them
            Self::Checkpoint(_) => record_bytes(b'n', 0, b"Event(\"a checkpoint is signed\")", out),
            other => record_debug(b'n', 0, other, out),
        }
    }
}

/// Appends a tag and a number.
pub(crate) fn record_number(tag: u8, number: u64, out: &mut Vec<u8>) {
    out.push(tag);
    out.extend_from_slice(&number.to_le_bytes());
}

/// Appends a tag, a number and bytes as they are.
pub(crate) fn record_bytes(tag: u8, number: u64, bytes: &[u8], out: &mut Vec<u8>) {
    record_number(tag, number, out);
    out.extend_from_slice(bytes);
}

/// Appends a tag, a number and a value's `Debug` text.
pub(crate) fn record_debug(tag: u8, number: u64, value: &impl Debug, out: &mut Vec<u8>) {
    record_number(tag, number, out);
    // writing into a vector cannot fail
    let _ = write!(out, "{value:?}");
}
