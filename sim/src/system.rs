//! The `System` trait: a system under test makes a world of a scenario, and gives the history of its runs.

use std::collections::BTreeMap;

use machine::kernel::{Digest, Tick};

use crate::{
    engine::{Fault, Faults, Rate, Setup},
    scenario::{Document, Mistakes, Vocabulary},
};

/// A system that scenarios can be written for; `sim::main::<M>()` gives it every command.
pub trait System {
    /// The world that the engine runs.
    type World: Setup;

    /// The words that a scenario of the system may use.
    fn vocabulary() -> Vocabulary;

    /// Makes a world of a scenario.
    ///
    /// # Errors
    /// The scenario's mistakes that only this system can see.
    fn world(document: &Document, options: &Options) -> Result<Self::World, Mistakes>;

    /// The history of the latest run of a world.
    fn history(world: &Self::World) -> History;

    /// Calls `done` with the steps that are done and all steps, whenever a step of the next run is done.
    fn watch(_world: &Self::World, _done: Box<dyn Fn(u64, u64)>) {}

    /// What each seed of a swarm draws from. A story takes the node some hundred inputs: crashes must be frequent to
    /// strike most of them.
    fn swarm() -> Faults {
        Faults::swarm().with(Fault::Crash, Rate::About(60_000)).with(Fault::TornWrite, Rate::About(800_000))
    }

    /// Pages of reference, as data, by their names.
    fn pages() -> Vec<(&'static str, serde_json::Value)> {
        Vec::new()
    }

    /// What is measured of each actor at the end of a run.
    fn measures() -> &'static [Measure] {
        &[]
    }

    /// The kinds of questions that [`System::explain`] answers.
    fn questions() -> &'static [QuestionKind] {
        &[]
    }

    /// Explains what happened in a ledger, given its lines.
    ///
    /// # Errors
    /// What is wrong with the ledger or with the question.
    fn explain(_question: &Question, _lines: &[Vec<u8>]) -> Result<Vec<Explained>, ExplainError> {
        Err(ExplainError::Question("this system explains nothing".to_string()))
    }

    /// The versions of the ledger's format and of the rules: a golden run is one of a version.
    fn version() -> String {
        "f1".to_string()
    }

    /// Whether its actors sign what they do, so that a run has real or sealed signatures.
    fn signs() -> bool {
        true
    }

    /// The names of the bugs that this build can switch on, and what is wrong with each.
    fn planted() -> Vec<(&'static str, &'static str)> {
        Vec::new()
    }
}

/// Something that is measured of each actor at the end of a run, as a whole number of the smallest unit.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// The measure's field in `sim run --json`, with its unit: `height_mm`.
    pub name: &'static str,
    /// The measure's key in `[expect]`.
    pub expect: &'static str,
    /// Writes a value as `[expect]` has it.
    pub show: fn(u64) -> String,
    /// Writes a value for people who see no key beside it.
    pub sentence: fn(u64) -> String,
}

/// A kind of question about a ledger.
#[derive(Clone, Copy, Debug)]
pub struct QuestionKind {
    /// The question's name on the command line.
    pub name: &'static str,
    /// What is asked, and what the id after the name names.
    pub doc: &'static str,
}

/// What is asked about a ledger.
#[derive(Clone, Debug)]
pub struct Question {
    /// The name of one of the system's [`QuestionKind`]s.
    pub what: String,
    /// Which one is asked about; what it may name, the kind says.
    pub id: Option<String>,
    /// The seq of an entry of the ledger: the answer is the one after it. At the end, if not said.
    pub at: Option<u64>,
    /// The log's newest checkpoint, if there is one: answers come with proofs under it.
    pub checkpoint: Option<String>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExplainError {
    /// This is no question.
    #[error("{0}")]
    Question(String),
    /// It is one, and the ledger has no answer, or is wrong itself.
    #[error("{0}")]
    Ledger(String),
}

/// The answer to a question, for people and as data.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The answer as text, one fact a line.
    pub text: Vec<String>,
    /// The same facts as data.
    pub json: serde_json::Value,
}

/// How a scenario is run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The seed of keys and choices.
    pub seed: u64,
    /// Real signatures, not sealed ones.
    pub real: bool,
    /// The faults that may strike, and the delays.
    pub faults: Faults,
    /// The name of the planted bug that is switched on, if any.
    pub planted: Option<String>,
}

/// The history of a run: what happened in order, and what was counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// What happened, in order of time.
    pub lines: Vec<Line>,
    /// Steps that did not end as the scenario says.
    pub failures: Vec<String>,
    /// How many entries of each kind.
    pub entries: BTreeMap<String, u64>,
    /// How many effects of each kind.
    pub effects: BTreeMap<String, u64>,
    /// How many refusals of each code.
    pub refusals: BTreeMap<String, u64>,
    /// How often the node was started again and read entries back.
    pub restarts: u64,
    /// How often the node set a torn end of its ledger aside.
    pub torn: u64,
    /// The ledger's size and last hash.
    pub head: Option<(u64, Digest)>,
    /// The root of the state after the last entry.
    pub state_root: Option<Digest>,
    /// The state at the end, of a system whose state is one value.
    pub state: Option<serde_json::Value>,
    /// What was measured at the end, by actor and measure, in the measure's smallest unit.
    pub measures: BTreeMap<String, BTreeMap<String, u64>>,
    /// What the node's disk held at the end.
    pub files: Vec<(String, Vec<u8>)>,
}

/// One line of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The tick at which it happened.
    pub at: Tick,
    /// The name of the actor, or of the node.
    pub who: String,
    /// What the actor did, in a few words.
    pub what: String,
    /// The seq of the entry that came of it, if one did.
    pub seq: Option<u64>,
    /// What followed from it, a fact each.
    pub follows: Vec<String>,
}
