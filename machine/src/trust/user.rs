//! Users: one row a wallet, with what the rules count of it. What may change in a row is a method here.
//!
//! Loops: over a user's lists of sessions, at most [`ACTIVE_MAX`](super::session::ACTIVE_MAX) and
//! [`ENDED_MAX`](super::session::ENDED_MAX).

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{
    owned::owned_table,
    types::{Account, UserId},
};
use crate::{
    bug,
    kernel::{
        Digest, Int, Tick,
        table::{At, Locate as _, Row},
    },
};

/// A user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// The wallet.
    pub account: Account,
    /// How many referrals of this user's code have closed.
    pub closed: Int,
    /// The coherence in parts per million, made of `loops`.
    pub coherence_ppm: Int,
    /// The tick of the first LOGIN.
    pub created: Int,
    /// How many device keys the user ever added.
    pub devices: Int,
    /// The sessions that ended or expired last, the newest last; at most 16.
    pub ended: Vec<Digest>,
    /// The epoch that `epoch_micro` counts.
    pub epoch: Int,
    /// Micropoints granted in that epoch.
    pub epoch_micro: Int,
    /// How many closed referrals the user is part of, on either side.
    pub loops: Int,
    /// Whether the user ever sent a MESSAGE.
    pub messaged: bool,
    /// Micropoints granted ever.
    pub points_micro: Int,
    /// The sessions that did not leave, by LOGIN order; at most 16.
    pub sessions: Vec<Digest>,
}

impl Row for User {
    const TABLE: &'static str = "users";
    type Key = UserId;
}

owned_table! {
    /// All users.
    Users of User
}

/// What a closed referral changes of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Credit {
    pub(super) closed: Int,
    pub(super) coherence_ppm: Int,
    pub(super) epoch: Int,
    pub(super) epoch_micro: Int,
    pub(super) loops: Int,
    pub(super) points_micro: Int,
}

impl Users {
    /// The row of somebody who has one.
    ///
    /// # Panics
    /// If there is none: whoever acts, owns a code or gets a message is a user.
    #[must_use]
    pub fn known(&self, user: &At<UserId>) -> &User {
        self.get(user).unwrap_or_else(|| bug!("{} has no row", user.key()))
    }

    /// Adds a user at the first LOGIN, with zeros.
    pub(super) fn create(&mut self, user: At<UserId>, account: Account, at: Tick) {
        assert!(self.get(&user).is_none(), "{} is created once", user.key());
        let zero = Int::ZERO;
        let row = User {
            account,
            closed: zero,
            coherence_ppm: zero,
            created: Int::exact(at),
            devices: zero,
            ended: Vec::new(),
            epoch: zero,
            epoch_micro: zero,
            loops: zero,
            messaged: false,
            points_micro: zero,
            sessions: Vec::new(),
        };
        self.0.put(user, row);
    }

    /// Replaces the lists of a user's sessions.
    pub(super) fn list_sessions(&mut self, user: At<UserId>, sessions: Vec<Digest>, ended: Vec<Digest>) {
        let both = sessions.iter().find(|id| ended.contains(id));
        assert_eq!(both, None, "no session of {} is listed as active and as ended", user.key());
        // what is kept for long is kept without room to grow
        let [sessions, ended] = [sessions, ended].map(|mut list| {
            list.shrink_to_fit();
            list
        });
        self.change(user, |row| (row.sessions, row.ended) = (sessions, ended));
    }

    /// Counts one more device key of a user; gives its number, from 0.
    pub(super) fn add_device(&mut self, user: At<UserId>) -> Int {
        let number = self.known(&user).devices;
        self.change(user, |row| row.devices = Int::exact(number.get() + 1));
        number
    }

    /// Notes that a user sent a MESSAGE.
    pub(super) fn sent_message(&mut self, user: At<UserId>) {
        if !self.known(&user).messaged {
            self.change(user, |row| row.messaged = true);
        }
    }

    /// Writes what a closed referral changes.
    pub(super) fn credit(&mut self, user: At<UserId>, credit: Credit) {
        self.change(user, |row| {
            let Credit { closed, coherence_ppm, epoch, epoch_micro, loops, points_micro } = credit;
            let who = user.key();
            assert_eq!(loops.get(), row.loops.get() + 1, "{who} is part of one closed referral more");
            assert!(row.closed <= closed && closed <= loops, "{who} invited in {closed} of {loops} closed referrals");
            assert!(row.points_micro <= points_micro, "{who} loses no points");
            assert!(row.closed < closed || row.points_micro == points_micro, "who was invited is paid nothing: {who}");
            (row.closed, row.loops, row.coherence_ppm) = (closed, loops, coherence_ppm);
            (row.epoch, row.epoch_micro, row.points_micro) = (epoch, epoch_micro, points_micro);
        });
    }

    fn change(&mut self, user: At<UserId>, change: impl FnOnce(&mut User)) {
        let mut row = self.known(&user).clone();
        change(&mut row);
        self.0.put(user, row);
    }
}
