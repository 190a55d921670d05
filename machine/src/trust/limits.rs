//! Guards: how many entries of a kind a subject may cause in a window. Counting is here; what a full window means, [`super::aegis`] and
//! the guard itself say.
//!
//! Loops: over the guards of the ruleset in force, at most five, for at most three counts of an event.

use alloc::{
    string::{String, ToString as _},
    vec::Vec,
};
use core::fmt;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::{
    owned::owned_table,
    refusal::Refusal,
    ruleset::{Guard, GuardName, Per, Ruleset},
    types::{Code, UserId},
};
use crate::kernel::{
    Int, Stamp, Tick,
    table::{At, KeyText, Locate as _, Row, RowKey},
};

/// Whose count it is: a user, a code, or `all`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A user's.
    User(UserId),
    /// Everybody's.
    All,
    /// A code's.
    Code(Code),
}

impl Subject {
    /// Which guards count it.
    pub(super) fn per(&self) -> Per {
        match self {
            Self::User(_) => Per::User,
            Self::All => Per::All,
            Self::Code(_) => Per::Code,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(user) => user.fmt(out),
            Self::All => out.write_str("all"),
            Self::Code(code) => code.fmt(out),
        }
    }
}

/// A guard's count of a subject: `<guard>/<subject>` when written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted(pub GuardName, pub Subject);

impl fmt::Display for Counted {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.0.text(), self.1)
    }
}

impl RowKey for Counted {
    fn parse(text: &str) -> Option<Self> {
        let (name, subject) = text.split_once('/')?;
        let (name, _, per, _) = GuardName::ALL.into_iter().find(|(_, text, ..)| *text == name)?;
        let subject = match per {
            Per::User => Subject::User(UserId::parse(subject)?),
            Per::All => (subject == "all").then_some(Subject::All)?,
            Per::Code => Subject::Code(Code::parse(subject)?),
        };
        Some(Self(name, subject))
    }

    fn write(&self, out: &mut KeyText) {
        out.push(self.0.text().as_bytes());
        out.push(b"/");
        match &self.1 {
            Subject::User(user) => user.write(out),
            Subject::All => out.push(b"all"),
            Subject::Code(code) => code.write(out),
        }
    }
}

/// How many accepted entries a window held; the next window overwrites it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// Entries.
    pub count: Int,
    /// floor(at / window_ms).
    pub window: Int,
}

impl Row for Count {
    const TABLE: &'static str = "guards";
    type Key = Counted;
}

owned_table! {
    /// The counts of all guards.
    Counts of Count
}

/// A guard as an entry found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GuardExplained {
    /// Whether it follows the AEGIS stage.
    pub aegis: bool,
    /// How many entries the window held before this one.
    pub held: Int,
    /// How many it may hold.
    pub max: Int,
    /// What it counts.
    pub name: &'static str,
    /// Whose count: a user, a code, or `all`.
    pub subject: String,
    /// The window's length in ms.
    pub window_ms: Int,
}

/// What an event counts for, and how full each window is: looked up once, judged twice, then counted.
#[derive(Debug)]
pub(super) struct Charges(SmallVec<[Charge; 2]>);

/// One guard that an event concerns.
#[derive(Debug)]
struct Charge {
    key: At<Counted>,
    guard: Guard,
    /// The count once this event is accepted.
    next: Count,
}

/// What an event counts for beside `rate_user`; most count for nothing else.
pub(super) type Also = SmallVec<[Counted; 2]>;

impl Charges {
    /// The charges of an event of a user, in the order of the ruleset in force.
    pub(super) fn new(counts: &Counts, rules: &Ruleset, stamp: &Stamp, user: UserId, also: Also) -> Self {
        let mut counted = also;
        assert!(counted.iter().all(|also| also.0 != GuardName::RateUser), "{user} is counted once");
        counted.push(Counted(GuardName::RateUser, Subject::User(user)));
        let concerned = rules.guards.iter().filter_map(|guard| {
            let key = counted.iter().find(|counted| counted.0 == guard.name)?;
            Some(Charge::new(counts, stamp.at, guard, At::new(*key)))
        });
        let charges: SmallVec<_> = concerned.collect();
        assert!(charges.len() <= counted.len(), "a guard stands in the ruleset once: {charges:?}");
        Self(charges)
    }

    /// The counts without room for one more, of the guards that follow AEGIS or of those that do not.
    pub(super) fn full(&self, aegis: bool) -> impl Iterator<Item = &Counted> {
        let full = self.0.iter().filter(move |charge| charge.guard.aegis == aegis && charge.is_over());
        full.map(|charge| charge.key.key())
    }

    /// Judges the guards that always refuse, in the ruleset's order.
    pub(super) fn judge(&self) -> Result<(), Refusal> {
        self.full(false).next().map_or(Ok(()), |counted| Err(counted.0.refusal()))
    }

    /// Counts an accepted entry, which had room under every guard that always refuses.
    pub(super) fn count(self, counts: &mut Counts) {
        assert_eq!(self.full(false).next(), None, "the guards were judged");
        self.0.into_iter().for_each(|charge| counts.0.put(charge.key, charge.next));
    }

    /// The guards as the entry found them.
    pub(super) fn explain(&self) -> Vec<GuardExplained> {
        self.0.iter().map(Charge::explain).collect()
    }
}

impl Charge {
    fn new(counts: &Counts, at: Tick, guard: &Guard, key: At<Counted>) -> Self {
        let Counted(name, subject) = key.key();
        assert!(guard.window_ms > Int::ZERO, "a ruleset in force was checked");
        assert_eq!((guard.per, subject.per()), (name.per(), name.per()), "{subject} is counted by {}", name.text());
        let window = Int::exact(at / guard.window_ms.get());
        let row = counts.get(&key);
        assert!(row.is_none_or(|row| row.count > Int::ZERO), "whoever has a count was counted");
        let held = row.filter(|row| row.window == window).map_or(0, |row| row.count.get());
        Self { key, guard: guard.clone(), next: Count { count: Int::exact(held + 1), window } }
    }

    /// How many entries the window held before.
    fn held(&self) -> u64 {
        self.next.count.get() - 1
    }

    fn is_over(&self) -> bool {
        self.held() >= self.guard.max.get()
    }

    fn explain(&self) -> GuardExplained {
        let Counted(name, subject) = self.key.key();
        GuardExplained {
            aegis: self.guard.aegis,
            held: Int::exact(self.held()),
            max: self.guard.max,
            name: name.text(),
            subject: subject.to_string(),
            window_ms: self.guard.window_ms,
        }
    }
}
