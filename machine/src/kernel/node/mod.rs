//! The keeper of one ledger, sans I/O: submissions and completions in; file operations, replies and entries out.
//!
//! A node has two heads. *Applied* is what the next event is judged against; *durable* is what the disk confirmed.
//! Whatever leaves a node (a reply, a refusal, an entry with its effects) waits until every entry that it was computed
//! from is durable. All that is queued while a group is being synced goes into the next group: batching by itself.
//!
//! One submission's way: [`Node::submit`] applies it and queues its line -> `group` writes all queued lines and syncs
//! -> [`Node::completed`] moves the durable head and releases what waited. After a failed write or sync a node halts: what
//! is on the disk is then unknown, and only a restart, which reads it, can tell. `recover` is that restart.
//!
//! Absent on purpose: retries of file operations, sorting or repairing of ledgers, a storage trait, timers.

mod group;
mod mark;
#[cfg(feature = "planted")]
mod planted;
mod receipts;
mod recover;
mod seal;
mod snapshot;

#[cfg(test)]
mod tests;

use alloc::{
    boxed::Box,
    collections::{BTreeMap, VecDeque},
    string::String,
    sync::Arc,
    vec::Vec,
};

use ed25519_dalek::SigningKey;

use super::{
    Digest,
    entry::{Entry, Head, Ledger, Outcome},
    files::{FileOp, FileRequest, FileResult, Listing, OpId},
    machine::{Lane, Ledgered, Tick, Verified, Verifier},
};
#[cfg(feature = "planted")]
pub use planted::{PLANTED, Planted};
use receipts::Receipts;

/// Names a submission to whoever made it.
pub type Ticket = u64;

/// How a node keeps its files.
#[derive(Clone, Debug)]
pub struct Config {
    /// A new segment is begun once the current one is at least this long; in bytes.
    pub segment_bytes: u64,
    /// How much one read asks for at most during recovery, in bytes.
    pub read_bytes: u64,
    /// A checkpoint is signed at least this many entries after the last one.
    pub checkpoint_every: u64,
    /// A snapshot is taken at the first entry with a state root at least this many entries after the last one; 0: never.
    pub snapshot_every: u64,
    /// Signs checkpoints while it is the log key in force; without it none are made.
    pub log_keys: Vec<SigningKey>,
    /// A bug on purpose.
    #[cfg(feature = "planted")]
    pub planted: Option<Planted>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            segment_bytes: 64 << 20,
            read_bytes: 1 << 20,
            checkpoint_every: 1024,
            snapshot_every: 65_536,
            log_keys: Vec::new(),
            #[cfg(feature = "planted")]
            planted: None,
        }
    }
}

/// What a node wants done, or tells.
#[derive(Debug)]
pub enum Output<M: Ledgered> {
    /// Execute this, in order, and report its completion.
    File(FileRequest),
    /// The answer to a submission.
    Reply(Ticket, Answer<M>),
    /// An entry became durable; entries come in order, each once a run. Replayed ones come during recovery, so that
    /// views can be rebuilt: their effects were released in an earlier run, or never will be.
    Entry {
        /// The entry.
        entry: Arc<Entry<M>>,
        /// Whether it was read back from disk.
        replayed: bool,
    },
    /// A signed checkpoint, durable.
    Checkpoint(String),
    /// Recovery is over: submissions are taken from now on.
    Ready {
        /// What was set aside, if anything.
        torn: Option<Torn>,
    },
    /// The node stopped for good; nothing further leaves it.
    Halted(Halt),
}

/// The answer to a submission.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer<M: Ledgered> {
    /// It is an entry, durable.
    Accepted(Receipt),
    /// It is none.
    Refused(M::Refusal),
    /// The node is not serving: recovering, not founded, or halted. Nothing was judged.
    Unavailable,
}

/// An accepted submission's entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The entry's seq.
    pub seq: u64,
    /// The event's id.
    pub id: Digest,
    /// The entry's line, without its newline.
    pub line: Vec<u8>,
    /// Whether this is the answer to an earlier submission of the same event.
    pub repeated: bool,
}

/// What a crash left unfinished at the ledger's end, and recovery put beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Torn {
    /// The file in which it is kept.
    pub file: String,
    /// How many bytes.
    pub bytes: u64,
    /// The seq of the first entry that did not verify.
    pub seq: u64,
    /// What was wrong with it.
    pub reason: String,
}

/// Why a node stopped, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("halted at {file}, byte {offset}, entry {seq}: {reason}")]
pub struct Halt {
    /// The file.
    pub file: String,
    /// Byte offset in it.
    pub offset: u64,
    /// The entry concerned.
    pub seq: u64,
    /// What is wrong.
    pub reason: String,
}

/// The keeper of one ledger.
#[derive(Debug)]
pub struct Node<M: Ledgered, V> {
    config: Config,
    verifier: V,
    phase: Phase,
    applied: Ledger<M>,
    durable: Ledger<M>,
    /// Entries that are applied and not yet being written, or read back and not yet known to be synced.
    queue: Vec<Arc<Entry<M>>>,
    /// Replies that wait for an entry to become durable.
    waiting: BTreeMap<u64, Vec<(Ticket, Waiting<M>)>>,
    /// Ids of the entries that are applied and not yet durable.
    in_flight: BTreeMap<Digest, u64>,
    receipts: Receipts,
    group: Option<group::Group<M>>,
    segment: Option<group::Segment>,
    seal: seal::Seal<M>,
    asked: BTreeMap<OpId, Purpose>,
    next_op: OpId,
    out: VecDeque<Output<M>>,
}

#[derive(Debug)]
enum Phase {
    Recovering(Box<recover::Recovery>),
    Serving,
    Halted,
}

/// What a submission waits for.
#[derive(Debug)]
enum Waiting<M: Ledgered> {
    Entry { seq: u64, repeated: bool },
    Refusal(M::Refusal),
}

/// What to do once an operation is done.
#[derive(Debug)]
enum Purpose {
    /// Nothing: a later operation's completion says it for both.
    Step,
    GroupDurable,
    Repeat {
        ticket: Ticket,
        place: receipts::Place,
        id: Digest,
    },
    Recovery,
    Checkpoint,
    Snapshot,
}

impl<M: Ledgered, V: Verifier<M>> Node<M, V> {
    /// A node over a directory with these files; recovery begins at once. The node is served by [`Node::poll`].
    ///
    /// The verifier judges the signatures of all lines that no checkpoint covers, and its origin must be the ledger's.
    #[must_use]
    pub fn open(config: Config, verifier: V, listing: &Listing) -> Self {
        let mut node = Self {
            config,
            verifier,
            phase: Phase::Serving,
            applied: Ledger::default(),
            durable: Ledger::default(),
            queue: Vec::new(),
            waiting: BTreeMap::new(),
            in_flight: BTreeMap::new(),
            receipts: Receipts::default(),
            group: None,
            segment: None,
            seal: seal::Seal::default(),
            asked: BTreeMap::new(),
            next_op: 0,
            out: VecDeque::new(),
        };
        node.recover(listing);
        node
    }

    /// The verifier that the node was opened with.
    pub fn verifier(&self) -> &V {
        &self.verifier
    }

    /// Makes entry 0 of an empty ledger from its genesis event. False, and nothing done, if the ledger is not empty or not
    /// ready, if the event is no genesis, or if its origin is not the verifier's.
    pub fn found(&mut self, genesis: Verified<M::Event>, now: Tick) -> bool {
        if !matches!(self.phase, Phase::Serving) || self.applied.head.size > 0 {
            return false;
        }
        let mut ledger = Ledger::default();
        let Outcome::Accepted(entry) = ledger.apply(genesis, now, None) else { return false };
        if ledger.origin() != self.verifier.origin() {
            return false;
        }
        self.applied = ledger;
        self.accept(entry);
        self.write_group();
        true
    }

    /// Judges an event and queues its entry; the answer comes as [`Output::Reply`] once it may leave.
    pub fn submit(&mut self, ticket: Ticket, event: Verified<M::Event>, now: Tick) {
        if !matches!(self.phase, Phase::Serving) || self.applied.head.size == 0 {
            self.out.push_back(Output::Reply(ticket, Answer::Unavailable));
            return;
        }
        let id = *event.id();
        if !self.answer_repeat(ticket, id, M::lane(event.event(), &id)) {
            let waiting = match self.applied.apply(event, now, None) {
                Outcome::Refused(refusal) => Waiting::Refusal(refusal),
                Outcome::Accepted(entry) => Waiting::Entry { seq: self.accept(entry), repeated: false },
            };
            self.wait(ticket, self.applied.head.size, waiting);
        }
        self.write_group();
    }

    /// Takes the completion of a file operation.
    pub fn completed(&mut self, id: OpId, result: FileResult) {
        let Some(purpose) = self.asked.remove(&id) else { return };
        if matches!(self.phase, Phase::Halted) {
            return;
        }
        let bytes = match result {
            Ok(bytes) => bytes,
            Err(error) => {
                let seq = self.durable.head.size;
                return self.halt(Halt { file: error.file.clone(), offset: 0, seq, reason: alloc::format!("{error}") });
            }
        };
        match purpose {
            Purpose::Step => {}
            Purpose::GroupDurable => self.group_durable(),
            Purpose::Repeat { ticket, place, id } => self.repeat_read(ticket, &place, id, bytes),
            Purpose::Recovery => self.recovery_read(&bytes),
            Purpose::Checkpoint => self.checkpoint_durable(),
            Purpose::Snapshot => self.snapshot_durable(),
        }
    }

    /// The next thing that the node wants done or tells.
    pub fn poll(&mut self) -> Option<Output<M>> {
        self.out.pop_front()
    }

    /// What readers see: the state that the last durable entry left.
    #[must_use]
    pub fn durable(&self) -> &Ledger<M> {
        &self.durable
    }

    /// What the next event is judged against. For the simulator's invariants; nothing of it may leave.
    #[must_use]
    pub fn applied(&self) -> &Ledger<M> {
        &self.applied
    }

    /// Whether nothing is queued, being written or waiting for a disk.
    #[must_use]
    pub fn idle(&self) -> bool {
        self.asked.is_empty() && self.queue.is_empty() && self.group.is_none() && self.out.is_empty()
    }

    /// Signs a last checkpoint and cuts the last segment to its length. Once idle, the directory is complete.
    pub fn close(&mut self) {
        if matches!(self.phase, Phase::Serving) {
            self.checkpoint(true);
            self.cut_segment();
        }
    }

    /// Queues an entry to be written; gives its number.
    fn accept(&mut self, entry: Entry<M>) -> u64 {
        let seq = entry.stamp.seq;
        self.in_flight.insert(entry.id, seq);
        self.note_snapshot(seq);
        self.queue.push(Arc::new(entry));
        seq
    }

    /// Gives an event that is already an entry its first answer; false if it is none.
    fn answer_repeat(&mut self, ticket: Ticket, id: Digest, lane: Option<Lane>) -> bool {
        if let Some(seq) = self.in_flight.get(&id).copied() {
            #[cfg(feature = "planted")]
            if self.planted(Planted::DuplicateInFlight) {
                self.applied.state = self.durable.state.clone();
                return false;
            }
            self.wait(ticket, seq + 1, Waiting::Entry { seq, repeated: true });
            return true;
        }
        let Some(place) = lane.and_then(|lane| self.receipts.find(&lane, &id)) else { return false };
        let op = FileOp::Read { file: place.file(), offset: place.offset, len: place.len };
        self.ask(op, Purpose::Repeat { ticket, place, id });
        true
    }

    /// The line of a repeated event was read back; a line that rotted since is a reason to stop, not to answer.
    fn repeat_read(&mut self, ticket: Ticket, place: &receipts::Place, id: Digest, line: Vec<u8>) {
        if Digest::untagged(&[&line]) != place.check {
            let reason = String::from("the entry read back is not the one that was written");
            return self.halt(Halt { file: place.file(), offset: place.offset, seq: place.seq, reason });
        }
        let receipt = Receipt { seq: place.seq, id, line, repeated: true };
        self.out.push_back(Output::Reply(ticket, Answer::Accepted(receipt)));
    }

    /// Keeps an answer back until `size` entries are durable.
    fn wait(&mut self, ticket: Ticket, size: u64, waiting: Waiting<M>) {
        match waiting {
            Waiting::Refusal(refusal) if size <= self.durable.head.size => {
                self.out.push_back(Output::Reply(ticket, Answer::Refused(refusal)));
            }
            waiting @ (Waiting::Refusal(_) | Waiting::Entry { .. }) => {
                self.waiting.entry(size).or_default().push((ticket, waiting));
            }
        }
    }

    fn ask(&mut self, op: FileOp, purpose: Purpose) {
        let id = self.next_op;
        self.next_op += 1;
        self.asked.insert(id, purpose);
        self.out.push_back(Output::File(FileRequest { id, op }));
    }

    fn ask_all(&mut self, ops: impl IntoIterator<Item = FileOp>, last: FileOp, purpose: Purpose) {
        ops.into_iter().for_each(|op| self.ask(op, Purpose::Step));
        self.ask(last, purpose);
    }

    fn halt(&mut self, halt: Halt) {
        self.phase = Phase::Halted;
        self.waiting.clear();
        self.out.push_back(Output::Halted(halt));
    }

    #[cfg(feature = "planted")]
    fn planted(&self, bug: Planted) -> bool {
        self.config.planted == Some(bug)
    }
}
