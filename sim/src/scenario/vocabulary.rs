//! The words that a scenario may use, as data: one registry for the reader, the help and the tests.

use std::fmt::Write as _;

use serde::Serialize;

/// Everything that a scenario may say.
#[derive(Clone, Copy, Debug)]
pub struct Vocabulary {
    /// What an actor may be.
    pub actor: &'static [KeyWord],
    /// What a step may do.
    pub steps: &'static [StepWord],
    /// Further tables with settings.
    pub tables: &'static [TableWord],
    /// What may be expected at the end.
    pub expect: &'static [KeyWord],
    /// The codes that `refused` may name; any, if there are none.
    pub refusals: &'static [&'static str],
    /// The kinds of entries.
    pub events: &'static [&'static str],
    /// The kinds of effects.
    pub effects: &'static [&'static str],
}

/// A step by its name after `do`.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct StepWord {
    /// The name of the step, as `do` names it.
    pub name: &'static str,
    /// What the step does, for `sim steps`.
    pub doc: &'static str,
    /// Its keys besides the common ones.
    pub keys: &'static [KeyWord],
}

/// A table of settings.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct TableWord {
    /// The name of the table, as the file writes it.
    pub name: &'static str,
    /// What the table sets, for `sim steps`.
    pub doc: &'static str,
    /// The keys that the table may have.
    pub keys: &'static [KeyWord],
}

/// A key of a table, of an actor or of a step.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct KeyWord {
    /// The name of the key, as the file writes it.
    pub name: &'static str,
    /// What the key says, for `sim steps`.
    pub doc: &'static str,
    /// What the key takes.
    pub kind: Kind,
    /// Whether it must be there.
    pub required: bool,
}

/// What a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Any text, in quotes.
    Text,
    /// An actor, a member of a crowd (`guest-3`), or some (`guest`, `guest-1..5`).
    Actor,
    /// The same, or `previous`: the member before the one whose turn it is.
    ActorOrPrevious,
    /// A whole number in this range, both ends included.
    Integer(u64, u64),
    /// "5s", "1h 30m": milliseconds.
    Duration,
    /// "20 %": parts per million.
    Ratio,
    /// "1ms..10ms": two durations, in microseconds.
    Span,
    /// A flag: true or false.
    Flag,
    /// The name of one of these.
    OneOf(&'static [&'static str]),
    /// The code of a refusal of the system.
    Refusal,
    /// Any text, whole number, flag, list or table.
    Any,
    /// A table from names of this sort to this.
    Map(MapKeys, &'static Kind),
    /// A decimal number as text, exact: "12.5" with 6 places is 12,500,000.
    #[serde(untagged)]
    Decimal(Decimal),
}

/// What a decimal number counts, and how exactly. In data it is its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "&'static str")]
pub struct Decimal {
    /// What is counted, in the plural.
    pub unit: &'static str,
    /// How many places there are behind the point.
    pub places: u32,
}

impl From<Decimal> for &'static str {
    fn from(decimal: Decimal) -> Self {
        decimal.unit
    }
}

/// What the names in a map are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MapKeys {
    /// Names of single actors.
    Actors,
    /// Names of kinds of entries.
    Events,
    /// Names of kinds of effects.
    Effects,
    /// Codes of refusals of the system.
    Refusals,
}

impl Kind {
    /// What it takes, for people.
    #[must_use]
    pub fn describe(self) -> String {
        match self {
            Self::Text => "text".to_string(),
            Self::Actor => "an actor, or some: `guest-3`, `guest-1..5`".to_string(),
            Self::ActorOrPrevious => "an actor, or `previous`: the crowd's member before".to_string(),
            Self::Integer(least, most) => format!("a whole number, {least} to {most}"),
            Self::Duration => "a duration: \"250ms\", \"5s\", \"1h 30m\", \"30d\"".to_string(),
            Self::Decimal(Decimal { unit, .. }) => format!("{unit} as text: \"100\", \"12.5\""),
            Self::Ratio => "a ratio as text: \"20 %\"".to_string(),
            Self::Span => "two durations: \"1ms..10ms\"".to_string(),
            Self::Flag => "true or false".to_string(),
            Self::OneOf(names) => format!("one of \"{}\"", names.join("\", \"")),
            Self::Refusal => "the code of a refusal".to_string(),
            Self::Any => "text, a whole number, true or false, a list or a table of them".to_string(),
            Self::Map(keys, of) => format!("a table from {} to {}", keys.describe(), of.describe()),
        }
    }
}

impl MapKeys {
    /// What the names are, for people.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Actors => "actors",
            Self::Events => "kinds of entries",
            Self::Effects => "kinds of effects",
            Self::Refusals => "codes of refusals",
        }
    }
}

/// What every step takes besides its own keys.
pub(super) const STEP_KEYS: &[KeyWord] = &[
    KeyWord {
        name: "actor",
        doc: "Who does it; a crowd does it one after another.",
        kind: Kind::Actor,
        required: true,
    },
    KeyWord { name: "do", doc: "What is done: the name of a step.", kind: Kind::Text, required: true },
    KeyWord { name: "after", doc: "How long after the step before.", kind: Kind::Duration, required: false },
    KeyWord { name: "times", doc: "How often, one after another.", kind: Kind::Integer(1, 100_000), required: false },
    KeyWord { name: "refused", doc: "The refusal that it must earn.", kind: Kind::Refusal, required: false },
];

/// Whether every step has a key of this name.
#[must_use]
pub fn is_step_key(name: &str) -> bool {
    STEP_KEYS.iter().any(|key| key.name == name)
}

const fn count(name: &'static str, keys: MapKeys, doc: &'static str) -> KeyWord {
    KeyWord { name, doc, kind: Kind::Map(keys, &Kind::Integer(0, 1_000_000_000)), required: false }
}

/// What may be expected of every run.
pub const COUNTS: &[KeyWord] = &[
    KeyWord {
        name: "verdict",
        doc: "How the run ends.",
        kind: Kind::OneOf(&["pass", "violated", "stuck", "halted"]),
        required: false,
    },
    count("entries", MapKeys::Events, "How many entries of a kind."),
    count("effects", MapKeys::Effects, "How many effects of a kind."),
    count("refusals", MapKeys::Refusals, "How many refusals of a code."),
];

/// What every actor may say besides the vocabulary's own.
pub(super) const ACTOR_KEYS: &[KeyWord] = &[KeyWord {
    name: "count",
    doc: "So many of them, a crowd: `guest-1`, `guest-2`, ...",
    kind: Kind::Integer(1, 100_000),
    required: false,
}];

/// A page with every word of a vocabulary.
#[must_use]
pub fn help(words: &Vocabulary) -> String {
    let mut page = String::from(
        "[story] has `steps`, which happen one after another; [workload] has `steps`, which its actors go through at once,\n\
         each one after another. Every step takes:\n",
    );
    keys(&mut page, STEP_KEYS);
    for step in words.steps {
        // writing into a string cannot fail
        let _ = write!(page, "\n{}\n    {}\n", step.name, step.doc);
        keys(&mut page, step.keys);
    }
    page.push_str("\n[actors]: name = { ... }\n");
    keys(&mut page, words.actor);
    keys(&mut page, ACTOR_KEYS);
    for table in words.tables {
        let _ = write!(page, "\n[{}]\n    {}\n", table.name, table.doc);
        keys(&mut page, table.keys);
    }
    page.push_str("\n[expect]\n");
    keys(&mut page, words.expect);
    page
}

fn keys(page: &mut String, keys: &[KeyWord]) {
    for key in keys {
        let needed = if key.required { ", needed" } else { "" };
        let _ = writeln!(page, "    {:<14} {} ({}{needed})", key.name, key.doc, key.kind.describe());
    }
}
