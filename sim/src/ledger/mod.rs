//! Everything that systems with a ledger share: the node's process, the clients' questions, the history of a run, and the
//! invariants that hold whatever the machine means.
//!
//! A system says what is its own in a [`LedgerWorld`]: the [`Front`] that takes requests, its clients, and how people
//! read its events. [`LedgerSetup`] makes of that what the engine runs.
//!
//! | file | what lives there |
//! | --- | --- |
//! | `server` | the node's process: moves bytes between clients, front and disk |
//! | `exchange` | one question of a client, asked again until it is answered |
//! | `message` | what processes send each other, and what they note for the invariants |
//! | `recorder` | writes the history of a run |
//! | [`goals`] | what a busy node does only under load or after a crash |
//! | `invariants` | durability, replay, checkpoints |
//! | `setup` | the world as the engine runs it |

mod exchange;
pub mod goals;
mod invariants;
mod message;
mod recorder;
mod server;
mod setup;

use std::{borrow::Cow, fmt::Debug, sync::Arc};

use machine::kernel::{
    Clocks, Entry, Ledgered, Tick, Verifier,
    entry::Ledger,
    files::{FileRequest, FileResult, Listing, OpId},
    node::{Node, Receipt, Ticket},
};

use crate::{
    engine::{Context, Goal, Input, Invariant, Member, ProcessId},
    system::History,
};
pub use exchange::{AGAIN, Exchange};
pub use invariants::{KeepsLedger, entries, invariants};
pub use message::{Note, RecordNumbered, StepOutcome, WireMessage};
pub(crate) use message::{record_bytes, record_debug};
pub use recorder::{Recorder, StepInfo};
pub use server::{Server, ServerCounters};
pub use setup::{LedgerProcess, LedgerSetup, node};

/// The id of the node's process; the clients follow.
pub const NODE: ProcessId = ProcessId(0);

/// What takes requests and file completions, and gives replies, entries and file operations: a door, or a bare node.
pub trait Front: Sized + 'static {
    /// The machine whose ledger the front keeps.
    type Machine: Ledgered + Debug;
    /// What checks the signatures of its events.
    type Verifier: Verifier<Self::Machine>;
    /// What the front is opened with; nothing of it changes in a run.
    type Config;
    /// What a client asks.
    type Request: RecordNumbered + Clone + Debug;
    /// What a client is answered.
    type Reply: RecordNumbered + Clone + Debug;

    /// Opens the front over a disk with these files. Recovery begins at once.
    fn open(config: &Self::Config, listing: &Listing, now: Clocks) -> Self;

    /// Makes entry 0 of an empty ledger.
    fn found(&mut self, config: &Self::Config, now: Clocks);

    /// Takes a request. Its reply comes from [`Front::poll`].
    fn request(&mut self, ticket: Ticket, request: &Self::Request, now: Clocks);

    /// Takes the completion of a file operation.
    fn completed(&mut self, id: OpId, result: FileResult);

    /// Gives the next thing that the front wants done or tells.
    fn poll(&mut self) -> Option<FrontOutput<Self>>;

    /// The node behind the front.
    fn node(&self) -> &Node<Self::Machine, Self::Verifier>;

    /// Whether nothing is under way.
    fn idle(&self) -> bool;

    /// Ends the ledger. Once the front is idle, the directory is complete.
    fn close(&mut self);

    /// The receipt in a reply that acknowledges an entry.
    fn receipt(reply: &Self::Reply) -> Option<&Receipt>;

    /// Whether a reply refuses the event that was asked about.
    fn is_refusal(reply: &Self::Reply) -> bool;
}

/// What a front wants done, or tells.
pub enum FrontOutput<F: Front> {
    /// A file operation to execute, in order.
    File(FileRequest),
    /// A reply to send to whoever asked under this ticket.
    Reply(Ticket, F::Reply),
    /// An entry that became durable, or was read back at the start.
    Entry {
        /// The entry, with its line.
        entry: Arc<Entry<F::Machine>>,
        /// Whether the entry was read back.
        replayed: bool,
    },
    /// A signed checkpoint that is durable.
    Checkpoint(String),
    /// Recovery is over: requests are served from now on.
    Ready {
        /// Whether a torn end of the ledger was set aside.
        torn: bool,
    },
    /// The front stopped for good, for this reason.
    Halted(String),
}

/// The wall clock of the node's computer is set ahead, once and for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockJump {
    /// How long after the start of the run, in ms.
    pub after_ms: u64,
    /// By how much, in ms.
    pub by_ms: u64,
}

/// What one system adds to the shared world: its clients, its settings, and the words for what happens.
pub trait LedgerWorld: Sized + 'static {
    /// The front over the node.
    type Front: Front;
    /// Every process but the node's; different kinds are variants of one enum.
    type Client: Client<Self>;
    /// What only this system's processes note.
    type Note: Debug;

    /// What the front is opened with.
    fn config(&self) -> &ConfigOf<Self>;

    /// The tick at which a run starts.
    fn start(&self) -> Tick;

    /// When somebody sets the node's clock ahead; none: nobody does.
    fn clock_jump(&self) -> Option<ClockJump> {
        None
    }

    /// The clients' processes, in the order of their ids from 1 on.
    fn members(&self) -> Vec<Member>;

    /// Builds the client's process with this id.
    fn client(world: &Arc<Self>, id: ProcessId) -> Self::Client;

    /// What must hold in this system alone; made anew for each run.
    fn invariants(&self) -> Vec<Box<dyn Invariant<LedgerProcess<Self>>>> {
        Vec::new()
    }

    /// What should happen in some run of this system, besides the goals of every world with a ledger.
    fn goals(&self) -> Vec<Goal<LedgerProcess<Self>>> {
        Vec::new()
    }

    /// The pause before each step, in milliseconds.
    fn pauses(&self) -> Vec<u64>;

    /// A step as the history shows it.
    fn step(&self, index: usize) -> Option<StepInfo<'_>>;

    /// The kind under which an event's entry is counted; none: it is not counted.
    fn event_kind(&self, event: &EventOf<Self>) -> Option<String>;

    /// The kind under which an effect is counted; none: it is not counted.
    fn effect_kind(&self, effect: &EffectOf<Self>) -> Option<String>;

    /// An effect in a few words; none if it says no more than its step.
    fn describe_effect(&self, effect: &EffectOf<Self>) -> Option<String>;

    /// A refusal in a few words.
    fn describe_refusal(&self, refusal: &RefusalOf<Self>) -> String {
        refusal.to_string()
    }

    /// Adds to the history what only this system can say of the ledger at the end.
    fn finish(&self, ledger: &Ledger<MachineOf<Self>>, history: &mut History);
}

/// A process of a [`LedgerWorld`] that is not the node's.
pub trait Client<W: LedgerWorld> {
    /// Takes one input, and asks of the context what follows.
    fn on(&mut self, input: Input<MessageOf<W>>, cx: &mut Context<'_, LedgerProcess<W>>);

    /// What the process still wants, for people; none when it is content.
    fn waiting_for(&self) -> Option<Cow<'static, str>>;
}

/// The machine of a world.
pub type MachineOf<W> = <<W as LedgerWorld>::Front as Front>::Machine;
/// The node of a world.
pub type NodeOf<W> = Node<MachineOf<W>, <<W as LedgerWorld>::Front as Front>::Verifier>;
/// The events of a world's machine.
pub type EventOf<W> = <MachineOf<W> as machine::kernel::Machine>::Event;
/// The effects of a world's machine.
pub type EffectOf<W> = <MachineOf<W> as machine::kernel::Machine>::Effect;
/// The refusals of a world's machine.
pub type RefusalOf<W> = <MachineOf<W> as Ledgered>::Refusal;
/// What a world's front is opened with.
pub type ConfigOf<W> = <<W as LedgerWorld>::Front as Front>::Config;
/// What the processes of a world send each other.
pub type MessageOf<W> = WireMessage<
    <<W as LedgerWorld>::Front as Front>::Request,
    <<W as LedgerWorld>::Front as Front>::Reply,
    RefusalOf<W>,
>;
/// What the processes of a world note.
pub type NoteOf<W> = Note<MachineOf<W>, <W as LedgerWorld>::Note>;
