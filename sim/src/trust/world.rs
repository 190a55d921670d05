//! A trust world: a node with its disk, a director, and a cast, as the engine runs them.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc, sync::Arc};

use machine::{
    kernel::{
        Int, PublicKey, Tick,
        node::{Config, Node},
    },
    trust::{
        Event, Trust,
        operator::Which,
        ruleset::{Genesis, Ruleset},
        verify::Signatures,
    },
};

use super::{
    actor::{Actor, Cast, ledger_key},
    checks,
    crypto::Crypto,
    director::Director,
    part::Part,
    server::{Server, ServerConfig},
    story::{Operate, Story, What},
    tale::Teller,
};
use crate::engine::{Bounds, Faults, Invariant, MILLISECOND, Member, ProcessId, SECOND, Setup, View};
use crate::stage::Tale;

/// The node's process.
pub const NODE: ProcessId = ProcessId(0);
/// The director's.
pub const DIRECTOR: ProcessId = ProcessId(1);
/// The first actor's; the others follow.
pub const ACTORS: u32 = 2;

/// What a world is made of.
#[derive(Clone)]
pub struct Making {
    /// The seed of all keys.
    pub seed: u64,
    /// Real or sealed.
    pub crypto: Crypto,
    /// The tick at which it starts.
    pub start: Tick,
    /// The ledger's name.
    pub origin: String,
    /// How often an entry carries the state root.
    pub state_every: u64,
    /// The numbers of the rules.
    pub ruleset: Ruleset,
    /// How the node keeps its files.
    pub node: Config,
    /// What may go wrong.
    pub faults: Faults,
    /// Who does what.
    pub story: Arc<Story>,
}

/// A world that can be run any number of times.
pub struct World {
    faults: Faults,
    server: Arc<ServerConfig>,
    cast: Arc<Cast>,
    tale: Rc<RefCell<Tale>>,
    watcher: Watcher,
}

/// Who is told of each step that is done: how many, and of how many.
pub(super) type Watcher = Rc<RefCell<Option<Box<dyn Fn(u64, u64)>>>>;

impl World {
    /// A world of its making.
    #[must_use]
    pub fn new(making: Making) -> Self {
        let Making { seed, crypto, start, origin, state_every, ruleset, mut node, faults, story } = making;
        let public = |which: Which| PublicKey(ledger_key(seed, which, 0).verifying_key().to_bytes());
        let genesis = Genesis {
            log_key: public(Which::Log),
            operator_key: public(Which::Operator),
            origin: origin.clone(),
            ruleset,
            state_every: Int::saturating(state_every),
        };
        let rotations =
            story.steps.iter().filter(|step| matches!(step.what, What::Operate(Operate::Rotate(Which::Log))));
        node.log_keys = (0..=rotations.count() as u32).map(|n| ledger_key(seed, Which::Log, n)).collect();
        let genesis = Arc::new(Event::Genesis(genesis));
        let server = Arc::new(ServerConfig { node, crypto, origin: origin.clone(), genesis, start });
        let mut cast = Cast {
            seed,
            crypto,
            origin,
            start,
            node: NODE,
            director: DIRECTOR,
            story,
            wallets: Vec::new(),
            accounts: Vec::new(),
            users: Vec::new(),
        };
        cast.make_wallets();
        Self { faults, server, cast: Arc::new(cast), tale: Rc::default(), watcher: Watcher::default() }
    }

    /// The tale of the latest run.
    #[must_use]
    pub fn tale(&self) -> Tale {
        self.tale.borrow().clone()
    }

    /// Has somebody told of each step that is done, from now on. What is told is no part of a run.
    pub fn watch(&self, done: Box<dyn Fn(u64, u64)>) {
        *self.watcher.borrow_mut() = Some(done);
    }

    /// Who takes part.
    #[must_use]
    pub fn cast(&self) -> &Arc<Cast> {
        &self.cast
    }
}

impl Setup for World {
    type Process = Part;

    fn members(&self) -> Vec<Member> {
        let actors = self.cast.story.cast.iter().map(|role| Member::steady(role.name.clone()));
        [Member::crashable("the-node"), Member::steady("the-director")].into_iter().chain(actors).collect()
    }

    fn boot(&self, id: ProcessId) -> Part {
        match id {
            NODE => Part::Server(Box::new(Server::new(Arc::clone(&self.server)))),
            DIRECTOR => Part::Director(Director::new(Arc::clone(&self.cast.story), NODE, ACTORS)),
            ProcessId(actor) => Part::Actor(Box::new(Actor::new(Arc::clone(&self.cast), actor - ACTORS))),
        }
    }

    fn faults(&self) -> Faults {
        self.faults
    }

    /// A step may take ten minutes of virtual time besides its own pause.
    fn bounds(&self) -> Bounds {
        let steps = &self.cast.story.steps;
        let pauses: u64 = steps.iter().map(|step| step.after_ms * MILLISECOND).sum();
        let storm = pauses + (steps.len() as u64 + 1) * 600 * SECOND;
        Bounds { storm, calm: 3_600 * SECOND, ..Bounds::default() }
    }

    fn invariants(&self) -> Vec<Box<dyn Invariant<Part>>> {
        *self.tale.borrow_mut() = Tale::default();
        let (cast, tale, watcher) = (Arc::clone(&self.cast), Rc::clone(&self.tale), Rc::clone(&self.watcher));
        let teller = Box::new(Teller { cast, tale, watcher, said: BTreeMap::new() });
        [teller as Box<dyn Invariant<Part>>].into_iter().chain(checks::invariants()).collect()
    }
}

/// The node of a world, while it is up.
#[must_use]
pub fn node<'a>(view: &View<'a, Part>) -> Option<&'a Node<Trust, Signatures<Crypto>>> {
    match view.get(NODE)? {
        Part::Server(server) => server.door().map(machine::door::Door::node),
        Part::Director(_) | Part::Actor(_) => None,
    }
}

#[cfg(test)]
mod tests;
