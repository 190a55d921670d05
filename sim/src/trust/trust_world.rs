//! The trust loop as a world with a ledger: a door, a director and a cast of actors.

use std::sync::Arc;

use machine::{
    door::Door,
    kernel::{Int, PublicKey, Tick, entry::Ledger, node::Config, table::RowKey as _},
    trust::{
        Effect, Event, Refusal, Trust,
        genesis::Genesis,
        refusal::REFUSALS,
        ruleset::Ruleset,
        types::{Origin, Which},
    },
};

use super::{
    actor::{Actor, Cast, ledger_key},
    checks,
    client::{TrustClient, TrustProcess},
    crypto::Crypto,
    describe,
    director::Director,
    front::DoorConfig,
    message::TrustNote,
    story::{Operate, Story, What},
};
use crate::{
    engine::{Faults, Goal, Invariant, Member, ProcessId},
    ledger::{ClockJump, LedgerSetup, LedgerWorld, NODE, StepInfo},
    system::History,
};

/// The id of the director's process.
pub const DIRECTOR: ProcessId = ProcessId(1);
/// The id of the first actor's process; the others follow.
pub const ACTORS: u32 = 2;

/// What a trust world is made of.
#[derive(Clone)]
pub struct TrustSettings {
    /// The seed of all keys.
    pub seed: u64,
    /// Real signatures, or sealed ones.
    pub crypto: Crypto,
    /// The tick at which it starts.
    pub start: Tick,
    /// The ledger's name, which every signature covers.
    pub origin: String,
    /// How often an entry carries the state root.
    pub state_every: u64,
    /// The numbers of the rules.
    pub ruleset: Ruleset,
    /// How the node keeps its files.
    pub node: Config,
    /// Whether whoever starts the node vouches for the time, however long after the last entry it is.
    pub accepts_time: bool,
    /// When somebody sets the node's clock ahead.
    pub clock_jump: Option<ClockJump>,
    /// What may go wrong.
    pub faults: Faults,
    /// Who takes part, and the steps that they take.
    pub story: Arc<Story>,
}

/// What the trust loop adds to the shared world.
pub struct TrustWorld {
    door: DoorConfig,
    clock_jump: Option<ClockJump>,
    cast: Arc<Cast>,
}

impl TrustSettings {
    /// The setup of a world with these settings.
    #[must_use]
    pub fn setup(self) -> LedgerSetup<TrustWorld> {
        let Self { seed, crypto, start, origin, state_every, ruleset, mut node, .. } = self;
        let Self { accepts_time, clock_jump, faults, story, .. } = self;
        let public = |which: Which| PublicKey(ledger_key(seed, which, 0).verifying_key().to_bytes());
        let genesis = Genesis {
            log_key: public(Which::Log),
            operator_key: public(Which::Operator),
            origin: Origin::parse(&origin).expect("a scenario with another origin was refused"),
            ruleset,
            state_every: Int::saturating(state_every),
        };
        let rotations =
            story.steps.iter().filter(|step| matches!(step.what, What::Operate(Operate::Rotate(Which::Log))));
        node.log_keys = (0..=rotations.count() as u32).map(|n| ledger_key(seed, Which::Log, n)).collect();
        let genesis = Arc::new(Event::Genesis(genesis));
        let door = DoorConfig { node, crypto, origin: origin.clone(), genesis, accepts_time };
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
        LedgerSetup::new(TrustWorld { door, clock_jump, cast: Arc::new(cast) }, faults)
    }
}

impl TrustWorld {
    /// The actors who take part, and what they know of each other.
    #[must_use]
    pub fn cast(&self) -> &Arc<Cast> {
        &self.cast
    }
}

impl LedgerWorld for TrustWorld {
    type Front = Door<Crypto>;
    type Client = TrustClient;
    type Note = TrustNote;

    fn config(&self) -> &DoorConfig {
        &self.door
    }

    fn start(&self) -> Tick {
        self.cast.start
    }

    fn clock_jump(&self) -> Option<ClockJump> {
        self.clock_jump
    }

    fn members(&self) -> Vec<Member> {
        let actors = self.cast.story.cast.iter().map(|role| Member::steady(role.name.clone()));
        [Member::steady("the-director")].into_iter().chain(actors).collect()
    }

    fn client(world: &Arc<Self>, id: ProcessId) -> TrustClient {
        match id {
            DIRECTOR => TrustClient::Director(Director::new(Arc::clone(&world.cast.story), NODE, ACTORS)),
            ProcessId(actor) => TrustClient::Actor(Box::new(Actor::new(Arc::clone(&world.cast), actor - ACTORS))),
        }
    }

    fn invariants(&self) -> Vec<Box<dyn Invariant<TrustProcess>>> {
        checks::invariants()
    }

    fn goals(&self) -> Vec<Goal<TrustProcess>> {
        checks::goals()
    }

    fn pauses(&self) -> Vec<u64> {
        self.cast.story.steps.iter().map(|step| step.after_ms).collect()
    }

    fn step(&self, index: usize) -> Option<StepInfo<'_>> {
        let step = self.cast.story.steps.get(index)?;
        let actor = self.cast.story.cast.get(step.actor as usize).filter(|_| !matches!(step.what, What::Close));
        let refused = step.refused.map(|refusal| refusal.to_string());
        Some(StepInfo { who: actor.map(|role| role.name.as_str()), title: &step.title, refused })
    }

    fn event_kind(&self, event: &Event) -> Option<String> {
        Some(event.kind().to_string())
    }

    fn effect_kind(&self, effect: &Effect) -> Option<String> {
        Some(effect.kind().to_string())
    }

    fn describe_effect(&self, effect: &Effect) -> Option<String> {
        describe::effect(&self.cast, effect)
    }

    fn describe_refusal(&self, refusal: &Refusal) -> String {
        let meaning = REFUSALS.iter().find(|(known, ..)| known == refusal);
        format!("{refusal} ({})", meaning.map_or("", |(.., meaning)| meaning))
    }

    /// Measures everybody's points and coherence.
    fn finish(&self, ledger: &Ledger<Trust>, history: &mut History) {
        for (at, role) in self.cast.story.cast.iter().enumerate().filter(|(_, role)| !role.operator) {
            let row = ledger.state.users().get(&self.cast.user(at as u32));
            let points = row.map_or(0, |row| row.points_micro.get());
            let coherence = row.map_or(0, |row| row.coherence_ppm.get());
            let measures = [("coherence_ppm", coherence), ("points_micro", points)];
            history.measures.insert(role.name.clone(), measures.map(|(name, value)| (name.to_string(), value)).into());
        }
    }
}

#[cfg(test)]
mod tests;
