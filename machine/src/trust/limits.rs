//! Guards: how many entries of a kind a subject may cause in a window. Those of AEGIS follow its stage, the others refuse.

use alloc::string::ToString as _;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::{
    State,
    effect::{Advised, Effect},
    refusal::Refusal,
    ruleset::Stage,
    words::{Code, UserId},
};
use crate::kernel::{
    Effects, Int, Stamp, Tick,
    table::{Only, Row, RowKey},
};

/// One guard of a ruleset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guard {
    /// Whether it follows the AEGIS stage.
    pub aegis: bool,
    /// How many entries a window holds.
    pub max: Int,
    /// What it counts.
    pub name: GuardName,
    /// Whose it counts: the name's own.
    pub per: Per,
    /// The window's length in ms.
    pub window_ms: Int,
}

/// What a guard counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuardName {
    /// Every entry of a user.
    RateUser,
    /// First LOGINs of all.
    RateFirstLogins,
    /// MESSAGEs of a user.
    Messages,
    /// REFERRAL_USEs of a code.
    CodeUses,
}

/// Whose entries a guard counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// Each user's.
    User,
    /// All together.
    All,
    /// Each code's.
    Code,
}

const NAMES: [(GuardName, &str, Per, Refusal); 4] = [
    (GuardName::RateUser, "rate_user", Per::User, Refusal::RateUser),
    (GuardName::RateFirstLogins, "rate_first_logins", Per::All, Refusal::RateFirstLogins),
    (GuardName::Messages, "messages", Per::User, Refusal::Messages),
    (GuardName::CodeUses, "code_uses", Per::Code, Refusal::CodeUses),
];

impl GuardName {
    /// Whose entries it counts.
    #[must_use]
    pub fn per(self) -> Per {
        NAMES[self as usize].2
    }

    /// The name as it is written.
    #[must_use]
    pub fn text(self) -> &'static str {
        NAMES[self as usize].1
    }
}

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
        let (name, _, per, _) = NAMES.into_iter().find(|(_, text, _, _)| *text == name)?;
        let subject = match per {
            Per::User => Subject::User(UserId::parse(subject)?),
            Per::All => (subject == "all").then_some(Subject::All)?,
            Per::Code => Subject::Code(Code::parse(subject)?),
        };
        Some(Self(name, subject))
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

/// What an event counts for.
#[derive(Debug)]
pub(super) struct Charges([Option<Counted>; 2]);

impl Charges {
    pub(super) fn login(user: UserId, first: bool) -> Self {
        let first = first.then_some(Counted(GuardName::RateFirstLogins, Subject::All));
        Self([Some(Counted(GuardName::RateUser, Subject::User(user))), first])
    }

    pub(super) fn intent(user: UserId) -> Self {
        Self([Some(Counted(GuardName::RateUser, Subject::User(user))), None])
    }

    pub(super) fn message(user: UserId) -> Self {
        Self([Self::intent(user).0[0], Some(Counted(GuardName::Messages, Subject::User(user)))])
    }

    pub(super) fn code_use(user: UserId, code: Code) -> Self {
        Self([Self::intent(user).0[0], Some(Counted(GuardName::CodeUses, Subject::Code(code)))])
    }

    fn of(&self, guard: &Guard) -> Option<Counted> {
        self.0.iter().flatten().find(|charge| charge.0 == guard.name).copied()
    }
}

/// Judges the guards that always refuse, in the ruleset's order.
pub(super) fn judge(state: &State, stamp: &Stamp, charges: &Charges) -> Result<(), Refusal> {
    let over = state.guards_over(stamp.at, charges).find(|(guard, _)| !guard.aegis);
    over.map_or(Ok(()), |(guard, _)| Err(NAMES[guard.name as usize].3))
}

/// Judges the guards of AEGIS: nothing, advice, or a refusal, as the stage says.
pub(super) fn judge_aegis(state: &State, stamp: &Stamp, charges: &Charges) -> Result<Effects<Effect>, Refusal> {
    let over = state.guards_over(stamp.at, charges).filter(|(guard, _)| guard.aegis);
    let advised = over.map(|(guard, Counted(_, subject))| {
        Effect::from(Advised { guard: guard.name.text(), subject: subject.to_string() })
    });
    match state.aegis.get(&Only).map(|row| row.stage).unwrap_or_default() {
        Stage::Off => Ok(Effects::new()),
        Stage::Observe => Ok(advised.collect()),
        Stage::Enforce => advised.take(1).next().map_or(Ok(Effects::new()), |_| Err(Refusal::Aegis)),
    }
}

/// Counts an accepted entry.
pub(super) fn count(state: &mut State, stamp: &Stamp, charges: &Charges) {
    let Some(ruleset) = state.ruleset.get(&Only).cloned() else { return };
    for guard in &ruleset.guards {
        if let Some(key) = charges.of(guard) {
            let (window, count) = state.guard_count(guard, &key, stamp.at);
            let row = Count { count: Int::saturating(count + 1), window: Int::saturating(window) };
            state.guards.put(key, row);
        }
    }
}

impl State {
    /// The window that a tick lies in, and how many entries it holds for this count.
    fn guard_count(&self, guard: &Guard, key: &Counted, at: Tick) -> (u64, u64) {
        let window = at / guard.window_ms.get().max(1);
        let held = self.guards.get(key).filter(|row| row.window.get() == window);
        (window, held.map_or(0, |row| row.count.get()))
    }

    /// The guards whose window has no room for one more.
    fn guards_over<'a>(&'a self, at: Tick, charges: &'a Charges) -> impl Iterator<Item = (&'a Guard, Counted)> {
        let guards = self.ruleset.get(&Only).into_iter().flat_map(|ruleset| &ruleset.guards);
        let charged = guards.filter_map(|guard| Some((guard, charges.of(guard)?)));
        charged.filter(move |(guard, key)| self.guard_count(guard, key, at).1 >= guard.max.get())
    }
}
