//! The numbers of the trust loop, versioned by events. Bounds of every number are checked before it is in force.
//!
//! Loops: over a ruleset's guards, at most [`GuardName::ALL`] of them, each once, and over its tiers, which 32,768 bytes bound.

use alloc::{format, vec::Vec};

use serde::{Deserialize, Serialize};

use super::{effect::RulesetChanged, owned::owned_table, refusal::Refusal};
use crate::{
    bug,
    kernel::{
        Int,
        machine::Malformed,
        table::{Only, Row},
    },
};

/// The semantics that this code implements.
pub const SEMANTICS: Int = Int::saturating(1);

/// Durations and divisors lie in 1..=this.
const DIVISOR_MAX: u64 = 1_000_000_000_000;
/// Counts lie in 0..=this.
const COUNT_MAX: u64 = 1_000_000_000;
/// Amounts are at most this, in micropoints.
const AMOUNT_MAX: u64 = 1_000_000_000_000_000;

/// All numbers of the rules. The one in force is the state's only row of this table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ruleset {
    /// The bonus is base x coherence / this.
    pub bonus_divisor: Int,
    /// So many closed referrals make a coherence of one half.
    pub coherence_half: Int,
    /// Caps count in windows of so many ms.
    pub epoch_ms: Int,
    /// Which entries are counted, and how many may be.
    pub guards: Vec<Guard>,
    /// What all users together are granted in an epoch at most, in micropoints.
    pub mint_cap_micro: Int,
    /// How long after the first LOGIN a code may be used, in ms.
    pub referral_window_ms: Int,
    /// Which code judges.
    pub semantics: Int,
    /// (up to which n, base in micropoints), rising; at least one, whose n is the cap of an owner's referrals.
    pub tiers: Vec<(Int, Int)>,
    /// What one user is granted in an epoch at most, in micropoints.
    pub user_cap_micro: Int,
    /// One above the version before.
    pub version: Int,
}

impl Row for Ruleset {
    const TABLE: &'static str = "ruleset";
    type Key = Only;
}

impl Ruleset {
    /// The first ruleset.
    #[must_use]
    pub fn first() -> Self {
        let int = Int::saturating;
        let guard = |name: GuardName, max, window_ms| {
            let (max, window_ms) = (int(max), int(window_ms));
            Guard { aegis: false, max, name, per: name.per(), window_ms }
        };
        Self {
            bonus_divisor: int(10),
            coherence_half: int(4),
            epoch_ms: int(86_400_000),
            guards: Vec::from([
                guard(GuardName::RateUser, 120, 60_000),
                guard(GuardName::RateFirstLogins, 600, 60_000),
                guard(GuardName::RateSessions, 100, 86_400_000),
                Guard { aegis: true, ..guard(GuardName::Messages, 60, 60_000) },
                Guard { aegis: true, ..guard(GuardName::CodeUses, 20, 3_600_000) },
            ]),
            mint_cap_micro: int(100_000_000_000),
            referral_window_ms: int(2_592_000_000),
            semantics: SEMANTICS,
            tiers: Vec::from(
                [(5, 100), (20, 80), (50, 50), (100, 20)].map(|(n, points)| (int(n), int(points * 1_000_000))),
            ),
            user_cap_micro: int(1_000_000_000),
            version: int(1),
        }
    }

    /// Whether every number is within its bounds and the version is `version`.
    ///
    /// # Errors
    /// `semantics` or `ruleset_invalid`.
    pub fn check(&self, version: Int) -> Result<(), Refusal> {
        if self.semantics != SEMANTICS {
            return Err(Refusal::Semantics);
        }
        let divisors = [self.bonus_divisor, self.coherence_half, self.epoch_ms, self.referral_window_ms];
        let windows = self.guards.iter().map(|guard| guard.window_ms);
        let amounts = self.tiers.iter().map(|(_, base)| *base).chain([self.mint_cap_micro, self.user_cap_micro]);
        let counts = self.tiers.iter().map(|(n, _)| *n).chain(self.guards.iter().map(|guard| guard.max));
        let good = self.version == version
            && divisors.into_iter().chain(windows).all(|number| (1..=DIVISOR_MAX).contains(&number.get()))
            && amounts.into_iter().all(|amount| amount.get() <= AMOUNT_MAX)
            && counts.into_iter().all(|count| count.get() <= COUNT_MAX)
            && !self.tiers.is_empty()
            && self.tiers.windows(2).all(|pair| pair[0].0 < pair[1].0)
            && self.guards_fit();
        if good { Ok(()) } else { Err(Refusal::RulesetInvalid) }
    }

    /// Each guard at most once, each with its own `per`.
    fn guards_fit(&self) -> bool {
        let once = |at: usize, guard: &Guard| self.guards[at + 1..].iter().all(|other| other.name != guard.name);
        self.guards.iter().enumerate().all(|(at, guard)| guard.per == guard.name.per() && once(at, guard))
    }

    /// How many closed referrals the last tier reaches.
    ///
    /// # Panics
    /// If there is no tier: the ruleset was never checked.
    #[must_use]
    pub fn last_tier(&self) -> Int {
        self.tiers.last().unwrap_or_else(|| bug!("ruleset {} has no tiers", self.version)).0
    }

    /// Refuses the semantics that this code does not implement, naming them.
    ///
    /// # Errors
    /// `semantics`.
    pub(super) fn check_semantics(&self) -> Result<(), Malformed<Refusal>> {
        if self.semantics == SEMANTICS {
            return Ok(());
        }
        let detail = format!("semantics {}; this binary implements {SEMANTICS}", self.semantics);
        Err(Malformed { refusal: Refusal::Semantics, detail })
    }
}

/// One guard of a ruleset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guard {
    /// Whether it follows the AEGIS stage; one that does not always refuses.
    pub aegis: bool,
    /// How many entries a window holds.
    pub max: Int,
    /// What it counts.
    pub name: GuardName,
    /// Whose entries it counts: the name's own.
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
    /// The first LOGINs of all.
    RateFirstLogins,
    /// The LOGINs and SESSION_ROTATEDs of a user: they bound how many device keys a user adds.
    RateSessions,
    /// The MESSAGEs of a user.
    Messages,
    /// The REFERRAL_USEs of a code.
    CodeUses,
}

/// Whose entries a guard counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// Those of each user.
    User,
    /// Those of all together.
    All,
    /// Those of each code.
    Code,
}

impl GuardName {
    /// Every guard with its name as it is written, whose entries it counts, and the refusal of one that always refuses.
    pub const ALL: [(Self, &'static str, Per, Refusal); 5] = [
        (Self::RateUser, "rate_user", Per::User, Refusal::RateUser),
        (Self::RateFirstLogins, "rate_first_logins", Per::All, Refusal::RateFirstLogins),
        (Self::RateSessions, "rate_sessions", Per::User, Refusal::RateSessions),
        (Self::Messages, "messages", Per::User, Refusal::Messages),
        (Self::CodeUses, "code_uses", Per::Code, Refusal::CodeUses),
    ];

    /// Whose entries it counts.
    #[must_use]
    pub fn per(self) -> Per {
        Self::ALL[self as usize].2
    }

    /// The name as it is written.
    #[must_use]
    pub fn text(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The refusal of one that always refuses.
    #[must_use]
    pub fn refusal(self) -> Refusal {
        Self::ALL[self as usize].3
    }
}

/// A guard's number is its place in the list.
const _: () = {
    let mut at = 0;
    while at < GuardName::ALL.len() {
        assert!(GuardName::ALL[at].0 as usize == at, "the list has the order of the names");
        at += 1;
    }
};

owned_table! {
    /// The ruleset in force.
    Rules of Ruleset
}

impl Rules {
    /// The ruleset in force.
    ///
    /// # Panics
    /// Before the genesis, which nothing but itself is judged before.
    #[must_use]
    pub fn in_force(&self) -> &Ruleset {
        self.get(&Only).unwrap_or_else(|| bug!("no ruleset is in force"))
    }

    /// Puts the ruleset of a genesis in force.
    pub(super) fn found(&mut self, ruleset: Ruleset) {
        assert!(self.get(&Only).is_none(), "a ledger is founded once");
        assert_eq!(ruleset.version, Int::from(1), "a ledger begins with the first ruleset");
        self.0.put(Only, ruleset);
    }
}

/// New numbers from the next entry on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesetActivated {
    /// All numbers; its version is the last one's plus 1.
    pub ruleset: Ruleset,
}

/// Judges a RULESET_ACTIVATED.
pub(super) fn judge(rules: &Rules, body: &RulesetActivated) -> Result<(), Refusal> {
    body.ruleset.check(Int::exact(rules.in_force().version.get() + 1))
}

/// Puts a judged ruleset in force.
pub(super) fn activate(rules: &mut Rules, body: &RulesetActivated) -> RulesetChanged {
    let version = body.ruleset.version;
    assert_eq!(version.get(), rules.in_force().version.get() + 1, "versions rise one by one");
    assert_eq!(body.ruleset.semantics, SEMANTICS, "no rules are in force that this code does not implement");
    rules.0.put(Only, body.ruleset.clone());
    RulesetChanged { version }
}
