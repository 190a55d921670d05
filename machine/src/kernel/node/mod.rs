//! The keeper of one ledger, sans I/O: submissions and completions in; file operations, replies and entries out.
//!
//! A node has two heads. *Applied* is what the next event is judged against; *durable* is what the disk confirmed.
//! Whatever leaves a node (a reply, a refusal, an entry with its effects) waits until every entry that it was computed
//! from is durable. All that is queued while a group is being synced goes into the next group: batching by itself.
//!
//! One submission's way: [`Node::submit`] applies it and queues its line -> `group` writes all queued lines and syncs
//! -> [`Node::completed`] moves the durable head and releases what waited. `recover` is a restart: it reads what the disk holds.
//!
//! # The contract of whoever drives a node
//!
//! - After every call, take [`Node::poll`] until it gives nothing.
//! - Execute the file operations one after another, in the order in which `poll` gave them, and report each completion exactly once,
//!   in that order, with [`Node::completed`]. A node panics on a completion of something that it did not ask for: that is a bug
//!   of the driver, and no state of a disk brings it about.
//! - At the first operation that fails, report the failure and execute nothing more: what the node asked for behind it was meant to
//!   happen after it.
//! - After [`Output::Halted`] nothing comes any more, for ever; what was queued before it is gone too. Whoever is still owed a reply
//!   is answered by the driver: not available. Only a restart, which reads the disk, can tell what became of the last group.
//!
//! A node does not rely on the third point where a failure would destroy something: a file that replaces another is renamed only
//! once its sync completed, and a torn end is cut off only once its copy and the copy's name are durable.
//!
//! Absent on purpose: retries of file operations, sorting or repairing of ledgers, a storage trait, timers.

mod answers;
mod config;
mod group;
mod lines;
mod mark;
mod output;
#[cfg(feature = "planted")]
mod planted;
mod receipts;
mod recover;
mod repeat;
mod seal;
mod snapshot;

#[cfg(test)]
pub(crate) mod tests;

use alloc::{
    boxed::Box,
    collections::{BTreeMap, VecDeque},
    format,
    sync::Arc,
    vec::Vec,
};

use super::{
    Digest,
    entry::{Entry, Ledger, Outcome},
    files::{FileOp, FileRequest, FileResult, Listing, OpId},
    machine::{Ledgered, Tick, Verified, Verifier},
    merkle::Frontier,
};
use crate::bug;
use answers::{Answers, Waiting};
pub use config::Config;
pub use output::{Answer, Halt, Output, Receipt, Ticket, Torn};
#[cfg(feature = "planted")]
pub use planted::{PLANTED, Planted};
use receipts::Receipts;

/// The keeper of one ledger.
#[derive(Debug)]
pub struct Node<M: Ledgered, V> {
    config: Config,
    verifier: V,
    phase: Phase<M>,
    applied: Ledger<M>,
    durable: Ledger<M>,
    /// Entries that are applied and not yet being written.
    queue: Vec<Arc<Entry<M>>>,
    answers: Answers<M>,
    /// Ids of the entries that are applied and not yet durable.
    in_flight: BTreeMap<Digest, u64>,
    /// How many refused events are being compared with an entry on the disk.
    searching: usize,
    receipts: Receipts,
    group: Option<group::Group<M>>,
    segments: group::Segments,
    seal: seal::Seal<M>,
    /// The operations that are not complete, in order, and what to do once they are.
    asked: VecDeque<(OpId, Purpose<M>)>,
    next_op: OpId,
    /// The first operation that [`Node::poll`] has not given yet.
    next_given: OpId,
    /// [`Node::close`] was called, and the last group and checkpoint are still to come.
    closing: bool,
    out: VecDeque<Output<M>>,
}

#[derive(Debug)]
enum Phase<M: Ledgered> {
    Recovering(Box<recover::Recovery<M>>),
    Serving,
    Halted,
}

/// What to do once an operation is done.
#[derive(Debug)]
enum Purpose<M: Ledgered> {
    /// Nothing: a later operation's completion says it for both.
    Step,
    GroupDurable,
    Repeat(Box<repeat::Search<M>>),
    Recovery,
    CheckpointWritten,
    CheckpointDurable,
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
            answers: Answers::default(),
            in_flight: BTreeMap::new(),
            searching: 0,
            receipts: Receipts::default(),
            group: None,
            segments: group::Segments::default(),
            seal: seal::Seal::default(),
            asked: VecDeque::new(),
            next_op: 0,
            next_given: 0,
            closing: false,
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
        self.accept(entry, None);
        self.write_group();
        true
    }

    /// Judges an event and queues its entry; the answer comes as [`Output::Reply`] once it may leave. None comes from a node that
    /// halted: its driver answers.
    pub fn submit(&mut self, ticket: Ticket, event: Verified<M::Event>, now: Tick) {
        let answer = match self.phase {
            Phase::Halted => return,
            Phase::Recovering(_) => Answer::Unavailable,
            Phase::Serving if self.applied.head.size == 0 => Answer::Unavailable,
            Phase::Serving if self.is_full() => Answer::Busy,
            Phase::Serving => return self.judge(ticket, event, now),
        };
        self.out.push_back(Output::Reply(ticket, answer));
    }

    /// Takes the completion of a file operation.
    ///
    /// # Panics
    /// If this is not the oldest operation that [`Node::poll`] gave and that is not complete: a bug of the driver.
    pub fn completed(&mut self, id: OpId, result: FileResult) {
        let purpose = match self.asked.pop_front() {
            Some((asked, purpose)) if asked == id && id < self.next_given => purpose,
            next => bug!("operation {id} is reported as complete, and {:?} was next", next.map(|(id, _)| id)),
        };
        if matches!(self.phase, Phase::Halted) {
            // it was under way when the node stopped
            return;
        }
        let bytes = match result {
            Ok(bytes) => bytes,
            Err(error) => {
                let (reason, seq) = (format!("{error}"), self.durable.head.size);
                return self.halt(Halt { file: error.file, offset: 0, seq, reason });
            }
        };
        match purpose {
            Purpose::Step => {}
            Purpose::GroupDurable => self.group_durable(),
            Purpose::Repeat(search) => self.search_read(search, &bytes),
            Purpose::Recovery => self.recovery_read(&bytes),
            Purpose::CheckpointWritten => self.checkpoint_written(),
            Purpose::CheckpointDurable => self.checkpoint_durable(),
            Purpose::Snapshot => self.snapshot_step(),
        }
    }

    /// The next thing that the node wants done or tells.
    pub fn poll(&mut self) -> Option<Output<M>> {
        let output = self.out.pop_front()?;
        if let Output::File(FileRequest { id, .. }) = &output {
            assert_eq!(*id, self.next_given, "operations are given in the order in which they were asked");
            self.next_given += 1;
        }
        Some(output)
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
            self.closing = true;
            self.close_if_quiet();
        }
    }

    /// Stops for good, also for a reason of the driver's own. What is queued is dropped and nothing else will leave; the first
    /// reason is the one that is told.
    pub fn halt(&mut self, halt: Halt) {
        if matches!(self.phase, Phase::Halted) {
            return;
        }
        self.phase = Phase::Halted;
        self.queue.clear();
        self.answers.clear();
        self.in_flight.clear();
        self.group = None;
        self.asked.retain(|(id, _)| *id < self.next_given);
        self.out.clear();
        self.out.push_back(Output::Halted(halt));
    }

    /// Whether more is held than the configuration allows.
    fn is_full(&self) -> bool {
        self.queue.len() >= self.config.queue_max || self.answers.held() + self.searching >= self.config.waiting_max
    }

    fn judge(&mut self, ticket: Ticket, event: Verified<M::Event>, now: Tick) {
        let id = *event.id();
        let lane = M::lane(event.event(), &id);
        match self.in_flight.get(&id).copied() {
            #[cfg(feature = "planted")]
            Some(_) if self.planted(Planted::DuplicateInFlight) => self.applied.state = self.durable.state.clone(),
            Some(seq) => return self.wait(ticket, seq + 1, Waiting::Entry { seq, repeated: true }),
            None => {}
        }
        let tree = self.tree_before_snapshot();
        match self.applied.apply(event, now, None) {
            Outcome::Accepted(entry) => {
                let seq = self.accept(entry, tree);
                self.wait(ticket, seq + 1, Waiting::Entry { seq, repeated: false });
            }
            Outcome::Refused(refusal) => match lane.and_then(|lane| self.receipts.find(&lane)) {
                Some(seq) => self.search(ticket, seq, id, refusal),
                None => self.wait(ticket, self.applied.head.size, Waiting::Refusal(refusal)),
            },
        }
        self.write_group();
    }

    /// Queues an entry to be written; gives its number.
    fn accept(&mut self, entry: Entry<M>, tree: Option<Frontier>) -> u64 {
        let seq = entry.stamp.seq;
        assert_eq!(self.applied.head.size, seq + 1, "the entry is the newest of the applied ledger");
        self.in_flight.insert(entry.id, seq);
        self.note_changes();
        if let Some(tree) = tree {
            self.take_snapshot(tree);
        }
        self.queue.push(Arc::new(entry));
        seq
    }

    /// Keeps an answer back until `size` entries are durable.
    fn wait(&mut self, ticket: Ticket, size: u64, waiting: Waiting<M>) {
        assert!(
            size <= self.applied.head.size,
            "an answer waits for {size} entries, {} are made",
            self.applied.head.size
        );
        match waiting {
            Waiting::Refusal(refusal) if size <= self.durable.head.size => {
                self.out.push_back(Output::Reply(ticket, Answer::Refused(refusal)));
            }
            waiting @ (Waiting::Refusal(_) | Waiting::Entry { .. }) => {
                assert!(size > self.durable.head.size, "an answer waits for what is durable");
                self.answers.hold(size, ticket, waiting);
            }
        }
    }

    fn ask(&mut self, op: FileOp, purpose: Purpose<M>) {
        assert!(!matches!(self.phase, Phase::Halted), "a halted node asks for nothing: {op:?}");
        let id = self.next_op;
        self.next_op += 1;
        self.asked.push_back((id, purpose));
        self.out.push_back(Output::File(FileRequest { id, op }));
    }

    /// Asks for operations of which only the last one's completion is waited for.
    fn ask_all(&mut self, ops: impl IntoIterator<Item = FileOp>, last: FileOp, purpose: Purpose<M>) {
        ops.into_iter().for_each(|op| self.ask(op, Purpose::Step));
        self.ask(last, purpose);
    }

    #[cfg(feature = "planted")]
    fn planted(&self, bug: Planted) -> bool {
        self.config.planted == Some(bug)
    }

    /// Whether a bug on purpose is in here: then what must hold does not.
    fn is_planted(&self) -> bool {
        #[cfg(feature = "planted")]
        return self.config.planted.is_some();
        #[cfg(not(feature = "planted"))]
        false
    }
}
