//! Referrals: who invited whom, and the device keys that show one person behind two wallets.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{
    State,
    effect::{Effect, ReferralUsed},
    event::ReferralUse,
    refusal::Refusal,
    user::User,
    words::{Code, Of, Padded, UserId},
};
use crate::kernel::{
    Effects, Int, PublicKey, Stamp, Tick,
    table::{At, Locate as _, Only, Row},
};

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

/// A device key that a user ever had, by the user and its number from 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// The key.
    pub device_key: PublicKey,
}

impl Row for Device {
    const TABLE: &'static str = "devices";
    type Key = Of<Padded>;
}

/// A device key in a user's circle: the user's own, and those of all who used the user's code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Circle {
    /// Whether it ever was the user's own.
    pub own: bool,
}

impl Row for Circle {
    const TABLE: &'static str = "circles";
    type Key = Of<PublicKey>;
}

/// Judges a REFERRAL_USE; gives the code's owner.
pub(super) fn judge(state: &State, stamp: &Stamp, user: At<UserId>, body: &ReferralUse) -> Result<At<UserId>, Refusal> {
    let owner = At::new(state.codes.get(&body.code).ok_or(Refusal::UnknownCode)?.user);
    if owner == user {
        return Err(Refusal::SelfReferral);
    }
    if state.referrals.get(&user).is_some() {
        return Err(Refusal::AlreadyReferred);
    }
    judge_chain(state, *user.key(), *owner.key())?;
    if is_late(state, user, stamp.at) {
        return Err(Refusal::TooLate);
    }
    judge_owner(state, user, owner)?;
    Ok(owner)
}

/// Looks for the user among the owner's referrers, up the chain.
fn judge_chain(state: &State, user: UserId, owner: UserId) -> Result<(), Refusal> {
    let mut below = owner;
    for _ in 0..REFERRERS_MAX {
        match state.referrals.get(&below) {
            None => return Ok(()),
            Some(referral) if referral.owner == user => return Err(Refusal::Circular),
            Some(referral) => below = referral.owner,
        }
    }
    if state.referrals.get(&below).is_some() { Err(Refusal::TooDeep) } else { Ok(()) }
}

fn is_late(state: &State, user: At<UserId>, at: Tick) -> bool {
    let window = state.ruleset.get(&Only).map_or(0, |ruleset| ruleset.referral_window_ms.get());
    state.users.get(&user).is_none_or(|row| row.messaged || at >= row.created.get() + window)
}

fn judge_owner(state: &State, user: At<UserId>, owner: At<UserId>) -> Result<(), Refusal> {
    let cap = state.ruleset.get(&Only).map_or(Int::ZERO, super::ruleset::Ruleset::last_tier);
    if state.users.get(&owner).is_some_and(|row| row.closed >= cap) {
        return Err(Refusal::Cap);
    }
    let shared = |device: PublicKey| state.circles.get(&Of(*owner.key(), device)).is_some();
    if devices(state, user).any(shared) { Err(Refusal::DuplicateDevice) } else { Ok(()) }
}

/// Every device key that a user ever had, in order.
fn devices(state: &State, user: At<UserId>) -> impl Iterator<Item = PublicKey> {
    let count = state.users.get(&user).map_or(0, |row| row.devices.get());
    (0..count).filter_map(move |n| state.devices.get(&Of(*user.key(), Padded(n))).map(|device| device.device_key))
}

pub(super) fn record(
    state: &mut State,
    stamp: &Stamp,
    user: At<UserId>,
    owner: At<UserId>,
    code: Code,
) -> Effects<Effect> {
    let at = Int::saturating(stamp.at);
    let known: Vec<PublicKey> = devices(state, user).collect();
    let (id, owner) = (*user.key(), *owner.key());
    state.referrals.put(user, Referral { at, closed: false, from_owner: false, from_user: false, owner });
    known.into_iter().for_each(|device| join_circle(state, owner, device));
    [Effect::from(ReferralUsed { code, owner, user: id })].into()
}

/// Remembers that a user had a device key: for the user's own circle, and for that of who invited the user.
pub(super) fn note_device(state: &mut State, user: UserId, device_key: PublicKey) {
    if state.circles.get(&Of(user, device_key)).is_some_and(|circle| circle.own) {
        return;
    }
    state.circles.put(Of(user, device_key), Circle { own: true });
    if let Some(row) = state.users.get(&user).cloned() {
        state.devices.put(Of(user, Padded(row.devices.get())), Device { device_key });
        state.users.put(user, User { devices: Int::saturating(row.devices.get() + 1), ..row });
    }
    if let Some(owner) = state.referrals.get(&user).map(|referral| referral.owner) {
        join_circle(state, owner, device_key);
    }
}

fn join_circle(state: &mut State, owner: UserId, device_key: PublicKey) {
    if state.circles.get(&Of(owner, device_key)).is_none() {
        state.circles.put(Of(owner, device_key), Circle { own: false });
    }
}
