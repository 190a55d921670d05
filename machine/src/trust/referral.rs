//! Referrals: who invited whom, and when a referral closes.
//!
//! Loops: up the chain of referrers, at most [`REFERRERS_MAX`] and one; over the device keys of the user, at most
//! [`DEVICES_MAX`].

use serde::{Deserialize, Serialize};

use super::{
    device::{self, Circles, DEVICES_MAX, Devices},
    effect::ReferralUsed,
    owned::owned_table,
    refusal::Refusal,
    ruleset::Ruleset,
    types::{Code, UserId},
    user::Users,
};
use crate::{
    bug,
    kernel::{
        Int, PublicKey, Tick,
        table::{At, Locate as _, Row},
    },
};

/// Uses a referral code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferralUse {
    /// The inviter's code.
    pub code: Code,
}

/// How many referrers above the owner are looked at.
pub const REFERRERS_MAX: usize = 256;

/// Whose code it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeOwner {
    /// The owner.
    pub user: UserId,
}

impl Row for CodeOwner {
    const TABLE: &'static str = "codes";
    type Key = Code;
}

owned_table! {
    /// Whose each code is.
    Codes of CodeOwner
}

/// One user's referral, by the user who was invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Referral {
    /// The tick at which the code was used.
    pub at: Int,
    /// Whether both have sent the other a MESSAGE since.
    pub closed: bool,
    /// Whether the owner has sent the user one since.
    pub from_owner: bool,
    /// Whether the user has sent the owner one since.
    pub from_user: bool,
    /// Who invited.
    pub owner: UserId,
}

impl Row for Referral {
    const TABLE: &'static str = "referrals";
    type Key = UserId;
}

owned_table! {
    /// The referrals of everybody who was invited.
    Referrals of Referral
}

impl Codes {
    /// Gives a new user the code made of the user's id, unless an earlier user has it.
    pub(super) fn add(&mut self, user: UserId) {
        let code = At::new(Code::of(&user));
        if self.get(&code).is_none() {
            self.0.put(code, CodeOwner { user });
        }
    }
}

/// What a REFERRAL_USE is judged against.
pub(super) struct Rules<'a> {
    pub(super) users: &'a Users,
    pub(super) codes: &'a Codes,
    pub(super) referrals: &'a Referrals,
    pub(super) devices: &'a Devices,
    pub(super) circles: &'a Circles,
    pub(super) ruleset: &'a Ruleset,
}

impl Rules<'_> {
    /// Judges a REFERRAL_USE; gives the code's owner.
    pub(super) fn judge(&self, at: Tick, user: At<UserId>, body: &ReferralUse) -> Result<At<UserId>, Refusal> {
        let owner = At::new(self.codes.get(&body.code).ok_or(Refusal::UnknownCode)?.user);
        if owner == user {
            return Err(Refusal::SelfReferral);
        }
        if self.referrals.get(&user).is_some() {
            return Err(Refusal::AlreadyReferred);
        }
        self.judge_chain(*user.key(), *owner.key())?;
        if self.is_late(&user, at) {
            return Err(Refusal::TooLate);
        }
        if self.users.known(&owner).closed >= self.ruleset.last_tier() {
            return Err(Refusal::Cap);
        }
        let shared = |key: PublicKey| device::in_circle(self.circles, *owner.key(), key);
        let found = device::of_user(self.devices, self.users, &user).any(shared);
        if found { Err(Refusal::DuplicateDevice) } else { Ok(owner) }
    }

    /// Looks for the user among the owner's referrers, up the chain.
    fn judge_chain(&self, user: UserId, owner: UserId) -> Result<(), Refusal> {
        let mut below = owner;
        for _ in 0..REFERRERS_MAX {
            match self.referrals.get(&below) {
                None => return Ok(()),
                Some(referral) if referral.owner == user => return Err(Refusal::Circular),
                Some(referral) => below = referral.owner,
            }
        }
        if self.referrals.get(&below).is_some() { Err(Refusal::TooDeep) } else { Ok(()) }
    }

    fn is_late(&self, user: &At<UserId>, at: Tick) -> bool {
        let row = self.users.known(user);
        assert!(row.created.get() <= at, "{} acts at {at}, before the first LOGIN", user.key());
        row.messaged || at >= row.created.get() + self.ruleset.referral_window_ms.get()
    }
}

/// Records a judged REFERRAL_USE: the user's device keys join the circle of the owner.
pub(super) fn record(
    referrals: &mut Referrals,
    circles: &mut Circles,
    known: &[PublicKey],
    (user, owner, at): (At<UserId>, At<UserId>, Tick),
    body: &ReferralUse,
) -> ReferralUsed {
    assert!(referrals.get(&user).is_none(), "{} is referred once", user.key());
    assert_ne!(user, owner, "nobody invites themselves");
    assert!((1..=DEVICES_MAX).contains(&(known.len() as u64)), "{} has {} device keys", user.key(), known.len());
    let (id, owner, at) = (*user.key(), *owner.key(), Int::exact(at));
    referrals.0.put(user, Referral { at, closed: false, from_owner: false, from_user: false, owner });
    known.iter().for_each(|key| circles.join(owner, *key));
    ReferralUsed { code: body.code, owner, user: id }
}

/// A referral that closes: who invited, and who was invited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Closing {
    pub(super) owner: At<UserId>,
    pub(super) user: At<UserId>,
}

impl Referrals {
    /// Who invited a user.
    pub(super) fn inviter(&self, user: &At<UserId>) -> Option<UserId> {
        self.get(user).map(|referral| referral.owner)
    }

    /// Notes a message on the referral of the two, if there is one; it closes once each has sent the other one.
    pub(super) fn messaged(&mut self, from: At<UserId>, to: At<UserId>) -> Option<Closing> {
        let invited =
            |user: At<UserId>, owner: At<UserId>| self.get(&user).filter(|row| row.owner == *owner.key()).cloned();
        let (user, owner, referral) = match (invited(from, to), invited(to, from)) {
            (Some(_), Some(_)) => bug!("{} and {} invited each other", from.key(), to.key()),
            (Some(row), None) => (from, to, Referral { from_user: true, ..row }),
            (None, Some(row)) => (to, from, Referral { from_owner: true, ..row }),
            (None, None) => return None,
        };
        assert!(!referral.closed || (referral.from_owner && referral.from_user), "both had written: {referral:?}");
        let closes = referral.from_owner && referral.from_user && !referral.closed;
        self.0.put(user, Referral { closed: referral.closed || closes, ..referral });
        closes.then_some(Closing { owner, user })
    }
}
