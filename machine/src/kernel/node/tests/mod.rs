//! A node over a small disk that can fail and lose what was not synced, driven as the contract says.

pub(crate) mod disk;
mod groups;
mod halts;
mod recovery;
mod recovery_bounds;
mod repeats;
mod searches;
mod snapshots;
mod snapshots_believed;
mod turning;

use alloc::{
    collections::VecDeque,
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use disk::{Disk, Done, Left};
use ed25519_dalek::SigningKey;

use super::{Answer, Config, Node, Output, Ticket};
use crate::kernel::{
    Int, Ledgered, Parsed, PublicKey, Verified, Verifier,
    echo::{Echo, EchoEvent, EchoGenesis, EchoRefusal, Say},
    entry::Ledger,
    files::FileRequest,
};

const ORIGIN: &str = "echo.example";

fn key(n: u8) -> SigningKey {
    SigningKey::from_bytes(&[n; 32])
}

fn public(key: &SigningKey) -> PublicKey {
    PublicKey(key.verifying_key().to_bytes())
}

/// Small segments, and a checkpoint every few entries.
fn config() -> Config {
    Config {
        segment_bytes: 1500,
        read_bytes: 700,
        checkpoint_every: 4,
        slice_bytes: 200,
        log_keys: [key(3)].into(),
        ..Config::default()
    }
}

/// The same with a snapshot every few entries.
fn with_snapshots() -> Config {
    Config { snapshot_every: 4, ..config() }
}

fn genesis() -> Verified<EchoEvent> {
    let log_key = public(&key(3));
    verified(&EchoEvent::Genesis(EchoGenesis { log_key, origin: ORIGIN.to_string(), state_every: Int::from(2) }))
}

fn say(by: &str, n: u32) -> Verified<EchoEvent> {
    verified(&EchoEvent::Say(Say { by: by.to_string(), n: Int::from(n), text: format!("{by} says {n}") }))
}

fn verified(event: &EchoEvent) -> Verified<EchoEvent> {
    let parsed = Parsed::new::<Echo>(event, ORIGIN).expect("an event that can be read");
    Verified::by::<Echo>(&Signed::default(), parsed).expect("nobody forged it")
}

/// Takes every event that is not said by a forger.
#[derive(Clone, Debug)]
struct Signed {
    origin: String,
}

impl Default for Signed {
    fn default() -> Self {
        Self { origin: ORIGIN.to_string() }
    }
}

impl<M: Ledgered<Event = EchoEvent, Refusal = EchoRefusal>> Verifier<M> for Signed {
    fn origin(&self) -> &str {
        &self.origin
    }

    fn verify(&self, event: &EchoEvent, bytes: &[u8]) -> Result<(), EchoRefusal> {
        let mut canonical = Vec::new();
        M::encode(event, &mut canonical);
        assert_eq!(canonical, bytes, "a verifier is given the event's own bytes");
        match event {
            EchoEvent::Say(say) if say.by == "forger" => Err(EchoRefusal::Shape),
            EchoEvent::Say(_) | EchoEvent::Genesis(_) => Ok(()),
        }
    }
}

/// A node on a disk, and what it let out so far.
struct Bench<M: Ledgered = Echo> {
    node: Node<M, Signed>,
    disk: Disk,
    replies: Vec<(Ticket, Answer<M>)>,
    entries: Vec<(u64, bool)>,
    checkpoints: Vec<String>,
    torn: Vec<super::Torn>,
    unsealed: bool,
    halted: Option<String>,
    /// An operation failed: nothing more is executed, unless the driver is careless.
    stopped: bool,
    careless: bool,
    /// Operations are executed only once nothing else is to be done, as by a driver whose disk is another thread.
    lazy: bool,
    under_way: VecDeque<FileRequest>,
}

impl Bench {
    /// A founded ledger.
    fn new() -> Self {
        Self::founded(config())
    }

    /// The same, driven lazily from here on.
    fn lazy(self) -> Self {
        Self { lazy: true, ..self }
    }

    fn founded(config: Config) -> Self {
        let mut bench = Self::open_with(config, Disk::default());
        assert!(bench.node.found(genesis(), 1_000));
        bench.run();
        bench
    }

    fn open(disk: Disk) -> Self {
        Self::open_with(config(), disk)
    }

    fn open_with(config: Config, disk: Disk) -> Self {
        let mut bench = Self::closed(config, disk);
        bench.run();
        bench
    }

    /// A node that has not begun to read its disk.
    fn closed(config: Config, disk: Disk) -> Self {
        Self::of(Node::open(config, Signed::default(), &disk.listing()), disk)
    }

    /// Cuts the power: what was not synced is gone; the node starts again on what is left.
    fn crash(self) -> Self {
        Self::open(self.disk.crash())
    }
}

/// No bench needs so many outputs at once: a node that goes on for ever is noticed.
const OUTPUTS_MAX: usize = 1 << 18;

impl<M: Ledgered<Event = EchoEvent, Refusal = EchoRefusal> + core::fmt::Debug> Bench<M> {
    fn of(node: Node<M, Signed>, disk: Disk) -> Self {
        Self {
            node,
            disk,
            replies: Vec::new(),
            entries: Vec::new(),
            checkpoints: Vec::new(),
            torn: Vec::new(),
            unsealed: false,
            halted: None,
            stopped: false,
            careless: false,
            lazy: false,
            under_way: VecDeque::new(),
        }
    }

    /// Takes one output, executing it if it is an operation; false if there is none. A lazy driver executes the oldest operation once
    /// the node has nothing more to let out.
    fn step(&mut self) -> bool {
        let idle = self.node.idle();
        let Some(output) = self.node.poll() else {
            let next = self.under_way.pop_front();
            assert!(idle == next.is_none() || self.stopped, "idle: {idle}, and under way is {next:?}");
            return next.map(|request| self.execute(request)).is_some();
        };
        assert!(!idle, "an idle node lets out {output:?}");
        assert!(self.halted.is_none(), "after a halt nothing leaves: {output:?}");
        match output {
            Output::File(request) if self.lazy => self.under_way.push_back(request),
            Output::File(request) => self.execute(request),
            Output::Reply(ticket, answer) => self.replies.push((ticket, answer)),
            Output::Entry { entry, replayed } => self.entries.push((entry.stamp.seq, replayed)),
            Output::Checkpoint(note) => self.checkpoints.push(note),
            Output::Ready { torn, unsealed } => {
                self.torn.extend(torn);
                self.unsealed = unsealed;
            }
            Output::Halted(halt) => self.halted = Some(halt.to_string()),
        }
        let (applied, durable) = (&self.node.applied().head, &self.node.durable().head);
        assert!(durable.size <= applied.size);
        true
    }

    fn execute(&mut self, request: FileRequest) {
        if self.stopped && !self.careless {
            return;
        }
        let result = self.disk.execute(&request.op);
        self.stopped |= result.is_err();
        assert!(!self.node.idle(), "an operation is under way: {:?}", request.op);
        self.node.completed(request.id, result);
    }

    fn run(&mut self) {
        let outputs = (0..OUTPUTS_MAX).take_while(|_| self.step()).count();
        assert!(outputs < OUTPUTS_MAX, "a node that never rests");
    }

    /// So many steps, or until there is nothing to do.
    fn take_steps(&mut self, steps: usize) {
        let _ = (0..steps).take_while(|_| self.step()).count();
    }

    fn say(&mut self, by: &str, n: u32) -> Answer<M> {
        self.node.submit(u64::from(n), say(by, n), 2_000);
        self.run();
        self.replies.pop().expect("an answer").1
    }

    fn say_many(&mut self, by: &str, numbers: core::ops::RangeInclusive<u32>) {
        for n in numbers {
            assert!(matches!(self.say(by, n), Answer::Accepted(_)), "{by} {n}");
        }
    }

    /// The acknowledged entries: (seq, line).
    fn acknowledged(&self) -> Vec<(u64, Vec<u8>)> {
        let accepted = |(_, answer): &(Ticket, Answer<M>)| match answer {
            Answer::Accepted(receipt) => Some((receipt.seq, receipt.line.clone())),
            Answer::Refused(_) | Answer::Unavailable | Answer::Busy => None,
        };
        self.replies.iter().filter_map(accepted).collect()
    }

    /// Says a number of things at once, by speakers in turn, as the next of each.
    fn burst(&mut self, said: &mut [u32], things: usize) {
        for thing in 0..things {
            let speaker = thing % said.len();
            said[speaker] += 1;
            self.node.submit(u64::from(said[speaker]), say(&format!("s{speaker}"), said[speaker]), 2_000);
        }
    }
}

/// The ledger that these lines make; each of them must be the next.
fn replayed(lines: &[Vec<u8>]) -> Ledger<Echo> {
    let mut ledger = Ledger::default();
    lines.iter().for_each(|line| drop(ledger.replay(line).expect("it replays")));
    ledger
}
