//! The ValueNode: a referral closes, the referrer is rewarded, both gain coherence. Nobody writes a reward: it follows.
//!
//! Loops: over the tiers of the ruleset in force, which 32,768 bytes bound.

use alloc::string::ToString as _;

use serde::{Deserialize, Serialize};

use super::{
    effect::{CoherenceChanged, ReferralClosed, RewardGranted},
    owned::owned_table,
    referral::Closing,
    ruleset::Ruleset,
    types::UserId,
    user::{Credit, User, Users},
};
use crate::{
    bug,
    kernel::{
        Digest, Int, Tick,
        table::{Locate as _, Only, Row},
        tags,
    },
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

owned_table! {
    /// What all users together were granted; no row before the first reward.
    Mint of Issued
}

/// A reward's id: one event, one rule, one user, one reward.
#[must_use]
pub fn tx_id(event: &Digest, rule: &str, user: UserId) -> Digest {
    let (event, user) = (event.to_string(), user.to_string());
    Digest::of(tags::REWARD, &[event.as_bytes(), b"\n", rule.as_bytes(), b"\n", user.as_bytes()])
}

/// floor(1,000,000 x k / (k + half)), for half >= 1.
///
/// # Panics
/// If `half` is 0.
#[must_use]
pub fn coherence_ppm(k: u64, half: u64) -> u64 {
    let (k, half) = (u128::from(k), u128::from(half));
    assert!(half > 0, "a ruleset in force was checked");
    let ppm = u64::try_from(u128::from(PPM) * k / (k + half)).unwrap_or_else(|_| bug!("a ratio of {k} and {half}"));
    assert!(ppm < PPM, "the coherence of {k} loops, {half} of which make a half, is below one: {ppm}");
    ppm
}

/// What a closing referral brings about, in the order of its effects.
#[derive(Debug)]
pub(super) struct Paid {
    pub(super) closed: ReferralClosed,
    pub(super) granted: RewardGranted,
    /// The coherence of the referrer, then of the referred.
    pub(super) coherence: [CoherenceChanged; 2],
}

/// Pays for a referral that the event closes: points to the referrer, coherence to both.
pub(super) fn pay(
    (users, mint): (&mut Users, &mut Mint),
    rules: &Ruleset,
    (at, event): (Tick, &Digest),
    closing: Closing,
) -> Paid {
    let Closing { owner, user } = closing;
    assert!(owner != user, "nobody refers to themselves");
    let (referrer, referred) = (users.known(&owner).clone(), users.known(&user).clone());
    let issued = mint.get(&Only).cloned().unwrap_or_default();
    let grant = Grant::reckon(rules, at, &referrer, &issued);
    let booked = grant.issued(&issued, rules);
    let credits = [(owner, grant.credit(&referrer, rules)), (user, unpaid(&referred, rules))];
    let paid = credits[0].1.points_micro.get() - referrer.points_micro.get();
    assert_eq!(booked.total_micro.get() - issued.total_micro.get(), paid, "what is issued is what the referrer gets");
    mint.0.put(Only, booked);
    let closed = ReferralClosed { n: grant.n, owner: *owner.key(), user: *user.key() };
    let granted = grant.effect(rules, &referrer, tx_id(event, REFERRAL_CLOSED, *owner.key()), closing);
    let coherence = credits.map(|(who, credit)| {
        users.credit(who, credit);
        CoherenceChanged { coherence_ppm: credit.coherence_ppm, k: credit.loops, user: *who.key() }
    });
    Paid { closed, granted, coherence }
}

/// What a closed referral changes of whoever was invited: one loop more.
fn unpaid(user: &User, rules: &Ruleset) -> Credit {
    let User { closed, epoch, epoch_micro, points_micro, .. } = *user;
    let loops = user.loops.get() + 1;
    let coherence_ppm = Int::exact(coherence_ppm(loops, rules.coherence_half.get()));
    Credit { closed, coherence_ppm, epoch, epoch_micro, loops: Int::exact(loops), points_micro }
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
    fn reckon(rules: &Ruleset, at: Tick, referrer: &User, issued: &Issued) -> Self {
        assert!(rules.epoch_ms > Int::ZERO && rules.bonus_divisor > Int::ZERO, "a ruleset in force was checked");
        assert!(referrer.points_micro <= issued.total_micro, "nobody has more points than all together");
        let n = Int::exact(referrer.closed.get() + 1);
        let epoch = Int::exact(at / rules.epoch_ms.get());
        let base = rules.tiers.iter().find(|(limit, _)| n <= *limit).map_or(0, |(_, base)| base.get());
        let divisor = u128::from(PPM) * u128::from(rules.bonus_divisor.get());
        let bonus = u128::from(base) * u128::from(referrer.coherence_ppm.get()) / divisor;
        let bonus = u64::try_from(bonus).unwrap_or_else(|_| bug!("a bonus of {bonus} on a base of {base}"));
        assert!(bonus <= base, "a bonus of {bonus} on a base of {base}");
        let spent = |row_epoch: Int, micro: Int| if row_epoch == epoch { micro.get() } else { 0 };
        let user_room = rules.user_cap_micro.get().saturating_sub(spent(referrer.epoch, referrer.epoch_micro));
        let mint_room = rules.mint_cap_micro.get().saturating_sub(spent(issued.epoch, issued.epoch_micro));
        let points_room = Int::MAX.get() - referrer.points_micro.max(issued.total_micro).get();
        let granted = (base + bonus).min(user_room).min(mint_room).min(points_room);
        Self { n, epoch, base, bonus, granted }
    }

    fn effect(&self, rules: &Ruleset, referrer: &User, tx_id: Digest, closing: Closing) -> RewardGranted {
        let int = Int::exact;
        let capped = (self.base + self.bonus).checked_sub(self.granted);
        let capped = capped.unwrap_or_else(|| bug!("{} granted of {} and {}", self.granted, self.base, self.bonus));
        RewardGranted {
            base_micro: int(self.base),
            bonus_micro: int(self.bonus),
            capped_micro: int(capped),
            coherence_ppm: referrer.coherence_ppm,
            epoch: self.epoch,
            granted_micro: int(self.granted),
            n: self.n,
            referred: *closing.user.key(),
            rule: REFERRAL_CLOSED,
            ruleset: rules.version,
            tx_id,
            user: *closing.owner.key(),
        }
    }

    /// What it changes of the referrer.
    fn credit(&self, user: &User, rules: &Ruleset) -> Credit {
        let before = if user.epoch == self.epoch { user.epoch_micro } else { Int::ZERO };
        Credit {
            closed: self.n,
            epoch: self.epoch,
            epoch_micro: self.counted(before, rules.user_cap_micro),
            points_micro: Int::exact(user.points_micro.get() + self.granted),
            ..unpaid(user, rules)
        }
    }

    /// What was granted in the epoch, this included. A ruleset may have lowered the cap below what was granted before.
    fn counted(&self, before: Int, cap: Int) -> Int {
        let after = Int::exact(before.get() + self.granted);
        assert!(after <= cap.max(before), "{after} granted in an epoch, at most {cap}, {before} before");
        after
    }

    fn issued(&self, issued: &Issued, rules: &Ruleset) -> Issued {
        let before = if issued.epoch == self.epoch { issued.epoch_micro } else { Int::ZERO };
        Issued {
            epoch: self.epoch,
            epoch_micro: self.counted(before, rules.mint_cap_micro),
            total_micro: Int::exact(issued.total_micro.get() + self.granted),
        }
    }
}
