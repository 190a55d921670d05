//! Guards: how many entries of a kind a subject may cause in a window. Those of AEGIS follow its stage, the others refuse.

use alloc::{
    string::{String, ToString as _},
    vec::Vec,
};
use core::fmt;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::{
    State,
    effect::{Advised, Effect},
    event::Body,
    refusal::Refusal,
    ruleset::Stage,
    words::{Code, UserId},
};
use crate::kernel::{
    Effects, Int, Stamp, Tick,
    table::{At, KeyText, Locate as _, Only, Row, RowKey},
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

/// The guards that an intent of a user counts for, as its entry found them.
pub(super) fn explain(before: &State, stamp: &Stamp, user: UserId, body: &Body) -> Vec<GuardExplained> {
    let guards: Vec<&Guard> = before.ruleset.get(&Only).into_iter().flat_map(|ruleset| &ruleset.guards).collect();
    let explain = |charge: &Charge| {
        let Counted(name, subject) = *charge.key.key();
        let guard = guards.iter().find(|guard| guard.name == name)?;
        Some(GuardExplained {
            aegis: guard.aegis,
            held: Int::saturating(charge.next.count.get() - 1),
            max: guard.max,
            name: name.text(),
            subject: subject.to_string(),
            window_ms: guard.window_ms,
        })
    };
    Charges::intent(before, stamp, user, body).0.iter().filter_map(explain).collect()
}

/// What an event counts for, and how full each window is: looked up once, judged twice, then counted.
#[derive(Debug)]
pub(super) struct Charges(SmallVec<[Charge; 2]>);

/// One guard that an event concerns.
#[derive(Debug)]
struct Charge {
    key: At<Counted>,
    aegis: bool,
    /// Whether the window has no room for one more.
    full: bool,
    /// The count once this event is accepted.
    next: Count,
}

impl Charges {
    /// A LOGIN's, which may be the user's first.
    pub(super) fn login(state: &State, stamp: &Stamp, user: UserId, first: bool) -> Self {
        let first = first.then_some(Counted(GuardName::RateFirstLogins, Subject::All));
        Self::look(state, stamp, [Some(Counted(GuardName::RateUser, Subject::User(user))), first])
    }

    /// An intent's.
    pub(super) fn intent(state: &State, stamp: &Stamp, user: UserId, body: &Body) -> Self {
        let own = match body {
            Body::ProfileUpdated(_)
            | Body::KeysPublished(_)
            | Body::SessionRotated(_)
            | Body::SessionRevoked(_)
            | Body::ProfileErased(_) => None,
            Body::ReferralUse(body) => Some(Counted(GuardName::CodeUses, Subject::Code(body.code))),
            Body::Message(_) => Some(Counted(GuardName::Messages, Subject::User(user))),
        };
        Self::look(state, stamp, [Some(Counted(GuardName::RateUser, Subject::User(user))), own])
    }

    /// The guards of the ruleset in force, in its order.
    fn look(state: &State, stamp: &Stamp, counted: [Option<Counted>; 2]) -> Self {
        let guards = state.ruleset.get(&Only).into_iter().flat_map(|ruleset| &ruleset.guards);
        let concerned = guards.filter_map(|guard| {
            let key = counted.into_iter().flatten().find(|counted| counted.0 == guard.name)?;
            Some(Charge::look(state, stamp.at, guard, At::new(key)))
        });
        Self(concerned.collect())
    }
}

impl Charge {
    fn look(state: &State, at: Tick, guard: &Guard, key: At<Counted>) -> Self {
        let window = Int::saturating(at / guard.window_ms.get().max(1));
        let held = state.guards.get(&key).filter(|row| row.window == window).map_or(0, |row| row.count.get());
        let next = Count { count: Int::saturating(held + 1), window };
        Self { key, aegis: guard.aegis, full: held >= guard.max.get(), next }
    }
}

/// Judges the guards that always refuse, in the ruleset's order.
pub(super) fn judge(charges: &Charges) -> Result<(), Refusal> {
    let over = charges.0.iter().find(|charge| charge.full && !charge.aegis);
    over.map_or(Ok(()), |charge| Err(NAMES[charge.key.key().0 as usize].3))
}

/// Judges the guards of AEGIS: nothing, advice, or a refusal, as the stage says.
pub(super) fn judge_aegis(state: &State, charges: &Charges) -> Result<Effects<Effect>, Refusal> {
    let mut over = charges.0.iter().filter(|charge| charge.full && charge.aegis).map(|charge| charge.key.key());
    match state.aegis.get(&Only).map(|row| row.stage).unwrap_or_default() {
        Stage::Off => Ok(Effects::new()),
        Stage::Observe => Ok(over.map(advice).collect()),
        Stage::Enforce => over.next().map_or(Ok(Effects::new()), |_| Err(Refusal::Aegis)),
    }
}

fn advice(Counted(guard, subject): &Counted) -> Effect {
    Advised { guard: guard.text(), subject: subject.to_string() }.into()
}

/// Counts an accepted entry.
pub(super) fn count(state: &mut State, charges: Charges) {
    charges.0.into_iter().for_each(|charge| state.guards.put(charge.key, charge.next));
}
