//! The world with a ledger as the engine runs it: the node's process, the clients, the recorder and all invariants.

use std::{borrow::Cow, cell::RefCell, rc::Rc, sync::Arc};

use machine::kernel::entry::Head;

use super::{
    Client, Front, KeepsLedger, LedgerWorld, MachineOf, MessageOf, NODE, NodeOf, NoteOf, Recorder, Server, goals,
    invariants,
};
use crate::{
    engine::{
        Bounds, Context, Faults, Goal, Input, Invariant, MILLISECOND, Member, Micros, Process, ProcessId, RunView,
        SECOND, Setup,
    },
    system::History,
};

/// How much virtual time a step may take besides its own pause.
const STEP_MAX: Micros = 600 * SECOND;

/// One process of a world with a ledger.
pub enum LedgerProcess<W: LedgerWorld> {
    /// The node with its front.
    Server(Box<Server<W>>),
    /// Any process but the node's.
    Client(W::Client),
}

impl<W: LedgerWorld> Process for LedgerProcess<W> {
    type Message = MessageOf<W>;
    type Note = NoteOf<W>;

    fn on(&mut self, input: Input<MessageOf<W>>, cx: &mut Context<'_, Self>) {
        match self {
            Self::Server(server) => server.on(input, cx),
            Self::Client(client) => client.on(input, cx),
        }
    }

    fn waiting_for(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Server(server) => server.waiting_for(),
            Self::Client(client) => client.waiting_for(),
        }
    }
}

impl<W: LedgerWorld> KeepsLedger for LedgerProcess<W> {
    type Machine = MachineOf<W>;
    type Own = W::Note;

    fn head<'a>(view: &RunView<'a, Self>) -> Option<&'a Head> {
        node(view).map(|node| &node.durable().head)
    }
}

/// The node of a world, while its process is up.
#[must_use]
pub fn node<'a, W: LedgerWorld>(view: &RunView<'a, LedgerProcess<W>>) -> Option<&'a NodeOf<W>> {
    match view.get(NODE)? {
        LedgerProcess::Server(server) => server.front().map(Front::node),
        LedgerProcess::Client(_) => None,
    }
}

/// Is called with the number of steps that are done, and of all steps, whenever a step is done.
pub(super) type Watcher = Rc<RefCell<Option<Box<dyn Fn(u64, u64)>>>>;

/// A world with a ledger, which can be run any number of times.
pub struct LedgerSetup<W: LedgerWorld> {
    world: Arc<W>,
    faults: Faults,
    history: Rc<RefCell<History>>,
    watcher: Watcher,
}

impl<W: LedgerWorld> LedgerSetup<W> {
    /// The setup of a world under these faults.
    #[must_use]
    pub fn new(world: W, faults: Faults) -> Self {
        Self { world: Arc::new(world), faults, history: Rc::default(), watcher: Watcher::default() }
    }

    /// What the system adds to the shared world.
    #[must_use]
    pub fn world(&self) -> &W {
        &self.world
    }

    /// The history of the latest run.
    #[must_use]
    pub fn history(&self) -> History {
        self.history.borrow().clone()
    }

    /// Calls `done` with the steps that are done and all steps, whenever a step is done. It is no part of a run.
    pub fn watch(&self, done: Box<dyn Fn(u64, u64)>) {
        *self.watcher.borrow_mut() = Some(done);
    }
}

impl<W: LedgerWorld> Setup for LedgerSetup<W> {
    type Process = LedgerProcess<W>;

    fn members(&self) -> Vec<Member> {
        [Member::crashable("the-node")].into_iter().chain(self.world.members()).collect()
    }

    fn boot(&self, id: ProcessId) -> LedgerProcess<W> {
        match id {
            NODE => LedgerProcess::Server(Box::new(Server::new(Arc::clone(&self.world)))),
            client => LedgerProcess::Client(W::client(&self.world, client)),
        }
    }

    fn faults(&self) -> Faults {
        self.faults
    }

    /// Every step may take ten minutes of virtual time besides its own pause; the calm may take an hour.
    fn bounds(&self) -> Bounds {
        let pauses = self.world.pauses();
        let steps = pauses.len() as u64 + 1;
        let pause = pauses.iter().fold(0_u64, |sum, ms| sum.saturating_add(ms.saturating_mul(MILLISECOND)));
        Bounds {
            storm: pause.saturating_add(steps.saturating_mul(STEP_MAX)),
            calm: 3_600 * SECOND,
            ..Bounds::default()
        }
    }

    fn invariants(&self) -> Vec<Box<dyn Invariant<LedgerProcess<W>>>> {
        *self.history.borrow_mut() = History::default();
        let recorder = Recorder::new(Arc::clone(&self.world), Rc::clone(&self.history), Rc::clone(&self.watcher));
        let first: Box<dyn Invariant<LedgerProcess<W>>> = Box::new(recorder);
        [first].into_iter().chain(invariants()).chain(self.world.invariants()).collect()
    }

    fn goals(&self) -> Vec<Goal<LedgerProcess<W>>> {
        goals::goals().into_iter().chain(self.world.goals()).collect()
    }
}
