//! Users: one row a wallet, with what the rules count of it.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::words::{Account, UserId};
use crate::kernel::{Digest, Int, Tick, table::Row};

/// A user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// The wallet.
    pub account: Account,
    /// How many referrals of this user's code have closed.
    pub closed: Int,
    /// In parts per million, from `loops`.
    pub coherence_ppm: Int,
    /// The tick of the first LOGIN.
    pub created: Int,
    /// How many device keys the user ever had.
    pub devices: Int,
    /// The epoch that `epoch_micro` counts.
    pub epoch: Int,
    /// Micropoints granted in that epoch.
    pub epoch_micro: Int,
    /// How many closed referrals the user is part of, on either side.
    pub loops: Int,
    /// Whether the user ever sent a MESSAGE.
    pub messaged: bool,
    /// Micropoints.
    pub points_micro: Int,
    /// The sessions that did not end and were active at the last LOGIN, by LOGIN order; at most 16.
    pub sessions: Vec<Digest>,
}

impl User {
    pub(super) fn new(account: &Account, at: Tick) -> Self {
        Self {
            account: *account,
            closed: Int::ZERO,
            coherence_ppm: Int::ZERO,
            created: Int::saturating(at),
            devices: Int::ZERO,
            epoch: Int::ZERO,
            epoch_micro: Int::ZERO,
            loops: Int::ZERO,
            messaged: false,
            points_micro: Int::ZERO,
            sessions: Vec::new(),
        }
    }
}

impl Row for User {
    const TABLE: &'static str = "users";
    type Key = UserId;
}
