//! A scenario that was read: its values are typed and checked, and keep their places in the file.

use std::ops::Range;

use super::{StepWord, Value, Values};
use crate::engine::{FAULTS, Faults, Rate, Span};

/// A scenario file that was read and is free of mistakes.
#[derive(Clone, Debug)]
pub struct Document {
    /// The file's name, as given.
    pub file: String,
    /// The text of the file.
    pub text: String,
    /// The scenario's name: a sentence that says what happens.
    pub name: String,
    /// The tick at which the scenario starts.
    pub start: u64,
    /// The seed that the scenario asks for.
    pub seed: Option<u64>,
    /// The choices of one run, if it is a shrunk one: a line each.
    pub choices: Option<Vec<String>>,
    /// Which signatures the scenario asks for: `real` or `sealed`.
    pub crypto: Option<String>,
    /// The actors, in the order in which the file declares them.
    pub actors: Vec<DeclaredActor>,
    /// The steps in order: first those of `[story]`, one after another, then those of `[workload]`.
    pub steps: Vec<Step>,
    /// The settings of each table, by the table's name.
    pub tables: Vec<(&'static str, Values)>,
    /// What the scenario says of faults.
    pub faults: FaultSetting,
    /// What the scenario expects at the end.
    pub expect: Values,
    /// Where the lists of steps stand, brackets included, and which steps each holds.
    pub(super) lists: Vec<StepList>,
    /// The top-level lines `seed` and `choices`, and the table `[faults]`, as they stand in the file.
    pub(super) replaceable: Vec<Range<usize>>,
    /// The lines of `[expect]` besides its verdict.
    pub(super) expectations: Vec<Range<usize>>,
}

/// An actor, or a crowd of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredActor {
    /// The name under which the file declares the actor.
    pub name: String,
    /// How many members the actor has, if it is a crowd.
    pub count: Option<u64>,
    /// The values of the actor's keys.
    pub values: Values,
}

/// A step as it is written; a crowd's step is one.
#[derive(Clone, Debug)]
pub struct Step {
    /// The members who do it, one after another.
    pub actors: Vec<u32>,
    /// The word that says what the actors do.
    pub word: &'static StepWord,
    /// How long after the step before, in ms.
    pub after_ms: u64,
    /// How often the step is repeated; at least 1.
    pub times: u64,
    /// The code of the refusal that the step must earn.
    pub refused: Option<String>,
    /// Whether it is of the workload: its actors go at it at once, each as soon as the one before of their own is done.
    pub at_once: bool,
    /// The values of the step's own keys.
    pub values: Values,
    /// Where the step stands in the file, in bytes.
    pub span: Range<usize>,
}

/// A list of steps in the file.
#[derive(Clone, Debug)]
pub(super) struct StepList {
    /// Where it stands, brackets included.
    pub(super) span: Range<usize>,
    /// Which of the document's steps it holds.
    pub(super) held: Range<usize>,
}

/// What the table `[faults]` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FaultSetting {
    /// No fault strikes.
    #[default]
    Off,
    /// Each seed draws a subset and its rates.
    Swarm,
    /// These rates in ppm, and these spans in microseconds, by name.
    Fixed(Values),
}

impl FaultSetting {
    /// The faults that the setting means; `swarm` is what the system draws from.
    #[must_use]
    pub fn faults(&self, swarm: Faults) -> Faults {
        let values = match self {
            Self::Off => return Faults::none(),
            Self::Swarm => return swarm,
            Self::Fixed(values) => values,
        };
        let rated = FAULTS.iter().filter_map(|info| Some((info.fault, values.number(info.name)?)));
        let rate = |ppm: u64| Rate::Ppm(u32::try_from(ppm).unwrap_or(u32::MAX));
        let mut faults = rated.fold(Faults::none(), |faults, (fault, ppm)| faults.with(fault, rate(ppm)));
        let span = |key: &str, field: &mut Span| {
            if let Some(Value::Span(from, to)) = values.get(key) {
                *field = Span::new(*from, *to);
            }
        };
        span("latency", &mut faults.latency);
        span("delay", &mut faults.delay);
        span("restart", &mut faults.restart);
        span("disk_latency", &mut faults.disk_latency);
        faults
    }
}

impl Document {
    /// The names of all members of all actors, in order: a crowd's are `name-1` and so on.
    #[must_use]
    pub fn members(&self) -> Vec<(String, &DeclaredActor)> {
        self.actors.iter().flat_map(|actor| actor.members().into_iter().map(move |name| (name, actor))).collect()
    }

    /// The values of a table; empty if the file does not have it.
    #[must_use]
    pub fn table(&self, name: &str) -> Values {
        self.tables.iter().find(|(table, _)| *table == name).map(|(_, values)| values.clone()).unwrap_or_default()
    }
}

impl DeclaredActor {
    /// The names of its members.
    #[must_use]
    pub fn members(&self) -> Vec<String> {
        match self.count {
            None => vec![self.name.clone()],
            Some(count) => (1..=count).map(|n| format!("{}-{n}", self.name)).collect(),
        }
    }
}
