//! The numbers of the trust loop, versioned by events, and the genesis entry that fixes the first of them.

use alloc::{string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use super::{
    State, anchor,
    effect::Effect,
    limits::{Guard, GuardName},
    refusal::Refusal,
    words::is_origin,
};
use crate::kernel::{
    Effects, Int, PublicKey, Stamp,
    table::{Only, Row},
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
    /// (up to which n, base in micropoints), rising.
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
        Self {
            bonus_divisor: int(10),
            coherence_half: int(4),
            epoch_ms: int(86_400_000),
            guards: Vec::from([
                Guard {
                    aegis: false,
                    max: int(120),
                    name: GuardName::RateUser,
                    per: GuardName::RateUser.per(),
                    window_ms: int(60_000),
                },
                Guard {
                    aegis: false,
                    max: int(600),
                    name: GuardName::RateFirstLogins,
                    per: GuardName::RateFirstLogins.per(),
                    window_ms: int(60_000),
                },
                Guard {
                    aegis: true,
                    max: int(60),
                    name: GuardName::Messages,
                    per: GuardName::Messages.per(),
                    window_ms: int(60_000),
                },
                Guard {
                    aegis: true,
                    max: int(20),
                    name: GuardName::CodeUses,
                    per: GuardName::CodeUses.per(),
                    window_ms: int(3_600_000),
                },
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
    #[must_use]
    pub fn last_tier(&self) -> Int {
        self.tiers.last().map_or(Int::ZERO, |(n, _)| *n)
    }
}

/// What a ledger begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Genesis {
    /// Signs checkpoints.
    pub log_key: PublicKey,
    /// Signs operator intents.
    pub operator_key: PublicKey,
    /// The ledger's name: `host[:port]`.
    pub origin: String,
    /// The first numbers.
    pub ruleset: Ruleset,
    /// An entry carries the state root iff its seq is a multiple of this; at least 1.
    pub state_every: Int,
}

impl Genesis {
    /// Itself, if its parts are what they must be.
    ///
    /// # Errors
    /// What is wrong with the parts.
    pub fn shaped(self) -> Result<Self, &'static str> {
        if !is_origin(&self.origin) {
            return Err("`origin` is not a lower-case host[:port]");
        }
        if self.log_key == self.operator_key {
            return Err("`log_key` and `operator_key` are the same");
        }
        if self.state_every == Int::ZERO {
            return Err("`state_every` is 0");
        }
        Ok(self)
    }
}

/// What stays as the genesis said it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisRow {
    /// The ledger's name.
    pub origin: String,
    /// How often an entry carries the state root.
    pub state_every: Int,
}

impl Row for GenesisRow {
    const TABLE: &'static str = "genesis";
    type Key = Only;
}

/// The operator's key and counter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operator {
    /// The last accepted intent's.
    pub counter: Int,
    /// Signs operator intents.
    pub key: PublicKey,
}

impl Row for Operator {
    const TABLE: &'static str = "operator";
    type Key = Only;
}

/// The log's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// Signs the checkpoint of the size that comes next.
    pub key: PublicKey,
}

impl Row for Log {
    const TABLE: &'static str = "log";
    type Key = Only;
}

/// How AEGIS guards act.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// They count.
    #[default]
    Off,
    /// They count and advise.
    Observe,
    /// They count and refuse.
    Enforce,
}

impl Stage {
    /// As it is written.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Observe => "observe",
            Self::Enforce => "enforce",
        }
    }
}

/// The stage in force.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AegisRow {
    /// How AEGIS guards act.
    pub stage: Stage,
}

impl Row for AegisRow {
    const TABLE: &'static str = "aegis";
    type Key = Only;
}

/// Applies the GENESIS: entry 0, without effects.
pub(super) fn apply(state: &mut State, stamp: &Stamp, genesis: &Genesis) -> Result<Effects<Effect>, Refusal> {
    let genesis = genesis.clone().shaped().map_err(|_| Refusal::Shape)?;
    genesis.ruleset.check(Int::saturating(1))?;
    if stamp.seq != 0 || state.genesis().is_some() {
        return Err(Refusal::Genesis);
    }
    let Genesis { log_key, operator_key, origin, ruleset, state_every } = genesis;
    state.aegis.put(Only, AegisRow::default());
    state.genesis.put(Only, GenesisRow { origin, state_every });
    state.log.put(Only, Log { key: log_key });
    state.operator.put(Only, Operator { counter: Int::ZERO, key: operator_key });
    state.ruleset.put(Only, ruleset);
    anchor::advance(state, stamp, &anchor::Plan::default());
    Ok(Effects::new())
}
