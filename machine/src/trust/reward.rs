//! The ValueNode: a referral closes, the referrer is rewarded, both gain coherence. Nobody writes a reward: it follows.

use alloc::string::ToString as _;

use serde::{Deserialize, Serialize};

use super::{
    State,
    effect::{CoherenceChanged, Effect, ReferralClosed, RewardGranted},
    event::Intent,
    referral::Referral,
    ruleset::Ruleset,
    user::User,
    words::UserId,
};
use crate::kernel::{
    Digest, Effects, Int, Stamp,
    table::{At, Locate as _, Only, Row},
    tags,
};

/// The rule by which a closed referral is rewarded.
pub const REFERRAL_CLOSED: &str = "referral_closed";

/// One, in parts per million.
pub const PPM: u64 = 1_000_000;

/// What all users together were granted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issued {
    /// The epoch that `epoch_micro` counts.
    pub epoch: Int,
    /// Micropoints in that epoch.
    pub epoch_micro: Int,
    /// Micropoints ever.
    pub total_micro: Int,
}

impl Row for Issued {
    const TABLE: &'static str = "issued";
    type Key = Only;
}

/// A reward's id: one event, one rule, one user, one reward.
#[must_use]
pub fn tx_id(event: &Digest, rule: &str, user: UserId) -> Digest {
    let (event, user) = (event.to_string(), user.to_string());
    Digest::of(tags::REWARD, &[event.as_bytes(), b"\n", rule.as_bytes(), b"\n", user.as_bytes()])
}

/// floor(1,000,000 x k / (k + half)).
#[must_use]
pub fn coherence_ppm(k: u64, half: u64) -> u64 {
    let (k, half) = (u128::from(k), u128::from(half));
    u64::try_from(u128::from(PPM) * k / (k + half).max(1)).unwrap_or(PPM)
}

/// Notes the message on the referral of the two, if there is one; closes it once each has sent the other one.
pub(super) fn close(
    state: &mut State,
    stamp: &Stamp,
    intent: &Intent,
    (from, to): (At<UserId>, At<UserId>),
    effects: &mut Effects<Effect>,
) {
    let invited = |user: At<UserId>, owner: At<UserId>| {
        state.referrals.get(&user).filter(|row| row.owner == *owner.key()).cloned()
    };
    let (user, referral) = match (invited(from, to), invited(to, from)) {
        (Some(row), _) => (from, Referral { from_user: true, ..row }),
        (None, Some(row)) => (to, Referral { from_owner: true, ..row }),
        (None, None) => return,
    };
    let closes = referral.from_owner && referral.from_user && !referral.closed;
    let owner = referral.owner;
    state.referrals.put(user, Referral { closed: referral.closed || closes, ..referral });
    if closes {
        let event = state.genesis().map_or(Digest::ZERO, |genesis| intent.id(&genesis.origin));
        pay(state, stamp, &event, owner, *user.key(), effects);
    }
}

fn pay(state: &mut State, stamp: &Stamp, event: &Digest, owner: UserId, user: UserId, effects: &mut Effects<Effect>) {
    let rows = (state.ruleset.get(&Only).cloned(), state.users.get(&owner).cloned(), state.users.get(&user).cloned());
    let (Some(rules), Some(referrer), Some(referred)) = rows else { return };
    let issued = state.issued.get(&Only).cloned().unwrap_or_default();
    let grant = Grant::reckon(&rules, stamp.at, &referrer, &issued);
    effects.push(ReferralClosed { n: grant.n, owner, user }.into());
    effects.push(grant.effect(&rules, &referrer, tx_id(event, REFERRAL_CLOSED, owner), owner, user).into());
    state.issued.put(Only, grant.issued(&issued));
    let (referrer, referred) = (raise(grant.credit(referrer), &rules), raise(referred, &rules));
    for (id, row) in [(owner, referrer), (user, referred)] {
        effects.push(CoherenceChanged { coherence_ppm: row.coherence_ppm, k: row.loops, user: id }.into());
        state.users.put(id, row);
    }
}

/// One more closed referral on either side.
fn raise(user: User, rules: &Ruleset) -> User {
    let loops = user.loops.get() + 1;
    let coherence = coherence_ppm(loops, rules.coherence_half.get());
    User { loops: Int::saturating(loops), coherence_ppm: Int::saturating(coherence), ..user }
}

/// The arithmetic of one reward, in micropoints.
struct Grant {
    n: Int,
    epoch: Int,
    base: u64,
    bonus: u64,
    granted: u64,
}

impl Grant {
    fn reckon(rules: &Ruleset, at: u64, referrer: &User, issued: &Issued) -> Self {
        let n = Int::saturating(referrer.closed.get() + 1);
        let epoch = Int::saturating(at / rules.epoch_ms.get().max(1));
        let base = rules.tiers.iter().find(|(limit, _)| n <= *limit).map_or(0, |(_, base)| base.get());
        let divisor = u128::from(PPM) * u128::from(rules.bonus_divisor.get());
        let bonus = u128::from(base) * u128::from(referrer.coherence_ppm.get()) / divisor.max(1);
        let bonus = u64::try_from(bonus).unwrap_or(u64::MAX);
        let spent = |row_epoch: Int, micro: Int| if row_epoch == epoch { micro.get() } else { 0 };
        let user_room = rules.user_cap_micro.get().saturating_sub(spent(referrer.epoch, referrer.epoch_micro));
        let mint_room = rules.mint_cap_micro.get().saturating_sub(spent(issued.epoch, issued.epoch_micro));
        let points_room = Int::MAX.get() - referrer.points_micro.max(issued.total_micro).get();
        let granted = base.saturating_add(bonus).min(user_room).min(mint_room).min(points_room);
        Self { n, epoch, base, bonus, granted }
    }

    fn effect(&self, rules: &Ruleset, referrer: &User, tx_id: Digest, user: UserId, referred: UserId) -> RewardGranted {
        let int = Int::saturating;
        RewardGranted {
            base_micro: int(self.base),
            bonus_micro: int(self.bonus),
            capped_micro: int(self.base.saturating_add(self.bonus) - self.granted),
            coherence_ppm: referrer.coherence_ppm,
            epoch: self.epoch,
            granted_micro: int(self.granted),
            n: self.n,
            referred,
            rule: REFERRAL_CLOSED,
            ruleset: rules.version,
            tx_id,
            user,
        }
    }

    fn credit(&self, user: User) -> User {
        let before = if user.epoch == self.epoch { user.epoch_micro.get() } else { 0 };
        User {
            closed: self.n,
            epoch: self.epoch,
            epoch_micro: Int::saturating(before + self.granted),
            points_micro: Int::saturating(user.points_micro.get() + self.granted),
            ..user
        }
    }

    fn issued(&self, issued: &Issued) -> Issued {
        let before = if issued.epoch == self.epoch { issued.epoch_micro.get() } else { 0 };
        Issued {
            epoch: self.epoch,
            epoch_micro: Int::saturating(before + self.granted),
            total_micro: Int::saturating(issued.total_micro.get() + self.granted),
        }
    }
}
