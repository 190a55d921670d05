//! The state: every table by name, and what must hold between them.

use super::{
    aegis::Aegis,
    anchor::{self, Anchors, LastEntry},
    chat::PublishedKeys,
    device::{Circles, DEVICES_MAX, Devices},
    genesis::{Founding, GenesisRow},
    limits::Counts,
    login::Logins,
    operator::{LogKey, OperatorKey},
    owned::Owned as _,
    profile::{Erased, Profiles},
    referral::{Codes, Referrals},
    reward::{Mint, PPM},
    ruleset::Rules,
    session::{ACTIVE_MAX, ENDED_MAX, Ended, Sessions},
    types::UserId,
    user::{User, Users},
};
use crate::{
    bug,
    kernel::{
        Digest,
        table::{AnyTable, Only, Tables},
    },
};

/// Declares the state's tables, in the order of their names, how they are read, and the two ways over all of them.
macro_rules! tables {
    ($($field:ident: $table:ty,)*) => {
        /// The whole state. Every field is a table, and there is nothing else. Only the module that declares a table writes it.
        #[derive(Clone, Debug, Default)]
        pub struct State {
            $(pub(super) $field: $table,)*
        }

        impl State {
            $(
                #[doc = concat!("The table `", stringify!($field), "`, to read.")]
                #[must_use]
                pub fn $field(&self) -> &$table {
                    &self.$field
                }
            )*
        }

        impl Tables for State {
            fn each(&self, each: &mut dyn FnMut(&dyn AnyTable)) {
                $(each(self.$field.any());)*
            }

            fn each_mut(&mut self, each: &mut dyn FnMut(&mut dyn AnyTable)) {
                $(each(self.$field.any_mut());)*
            }
        }
    };
}

tables! {
    aegis: Aegis,
    anchors: Anchors,
    chat_keys: PublishedKeys,
    circles: Circles,
    codes: Codes,
    devices: Devices,
    erased: Erased,
    genesis: Founding,
    guards: Counts,
    head: LastEntry,
    issued: Mint,
    log: LogKey,
    logins: Logins,
    operator: OperatorKey,
    profiles: Profiles,
    referrals: Referrals,
    ruleset: Rules,
    sessions: Sessions,
    users: Users,
}

impl State {
    /// What the genesis fixed; none before it.
    #[must_use]
    pub fn founding(&self) -> Option<&GenesisRow> {
        self.genesis.get(&Only)
    }

    /// The challenge of a login: the hash of an entry whose window is young. `head` is the last entry's hash.
    #[must_use]
    pub fn challenge(&self, head: &Digest) -> Option<Digest> {
        anchor::newest(&self.head, &self.anchors, head)
    }

    /// The ledger's name, in a ledger that has a genesis.
    pub(super) fn origin(&self) -> &str {
        self.founding()
            .map_or_else(|| bug!("a ledger without a genesis has no name"), |genesis| genesis.origin.as_str())
    }

    /// Checks what must hold between the tables.
    ///
    /// # Panics
    /// If it does not: a bug in the machine.
    pub(super) fn assert_valid(&self) {
        let single = [self.aegis.rows(), self.genesis.rows(), self.head.rows(), self.log.rows(), self.ruleset.rows()];
        assert!(single.iter().all(|rows| *rows == single[0] && *rows <= 1), "one row each from the genesis on");
        self.assert_users();
        let mut closed = [0, 0];
        self.users.for_each(|_, user| closed[0] += user.closed.get());
        self.referrals.for_each(|id, referral| {
            let both = self.users.get(id).is_some() && self.users.get(&referral.owner).is_some();
            assert!(both, "both of {id}'s referral are users");
            assert_eq!(referral.closed, referral.from_owner && referral.from_user, "{id}'s referral");
            closed[1] += u64::from(referral.closed);
        });
        assert_eq!(closed[0], closed[1], "closed referrals");
        self.circles.for_each(|id, row| assert!(row.own || row.users.get() > 0, "a row of {id} says something"));
    }

    fn assert_users(&self) {
        let (mut points, mut loops, mut closed, mut devices, mut sessions) = (0, 0, 0, 0, 0);
        self.users.for_each(|id, user| {
            assert!(user.coherence_ppm.get() < PPM, "coherence of {id}");
            self.assert_sessions(id, user);
            sessions += (user.sessions.len() + user.ended.len()) as u64;
            points += user.points_micro.get();
            loops += user.loops.get();
            closed += user.closed.get();
            devices += user.devices.get().min(DEVICES_MAX);
        });
        assert_eq!(points, self.issued.get(&Only).map_or(0, |issued| issued.total_micro.get()), "points issued");
        assert_eq!((loops, devices), (2 * closed, self.devices.rows()), "two sides a loop, one row a device");
        assert_eq!(sessions, self.sessions.rows(), "every session is listed once");
    }

    fn assert_sessions(&self, id: &UserId, user: &User) {
        assert!(user.sessions.len() <= ACTIVE_MAX && user.ended.len() <= ENDED_MAX, "sessions of {id}");
        let row = |listed: &Digest| {
            let row = self.sessions.get(listed).filter(|session| session.user == *id);
            row.unwrap_or_else(|| bug!("{id} lists session {listed}, which is not theirs"))
        };
        assert!(user.sessions.iter().all(|listed| row(listed).ended == Ended::No), "{id}'s sessions did not end");
        user.ended.iter().for_each(|listed| {
            row(listed);
        });
    }
}
