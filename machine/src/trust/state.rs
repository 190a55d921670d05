//! The state: every table by name, and what must hold between them.

use super::{
    anchor::{Anchor, HeadRow},
    chat::ChatKeys,
    limits::Count,
    profile::{Profile, References},
    referral::{Circle, CodeOwner, Device, Referral},
    reward::{Issued, PPM},
    ruleset::{AegisRow, GenesisRow, Log, Operator, Ruleset},
    session::{ACTIVE_MAX, Ended, Session},
    user::User,
};
use crate::kernel::{
    Digest,
    table::{AnyTable, Only, Table, Tables},
};

/// Declares the state's tables, in the order of their names, and the two ways over all of them.
macro_rules! tables {
    ($($field:ident: $row:ty,)*) => {
        /// The whole state. Every field is a table, and there is nothing else.
        #[derive(Clone, Debug, Default)]
        pub struct State {
            $(#[doc = concat!("Rows: [`", stringify!($row), "`].")] pub $field: Table<$row>,)*
        }

        impl Tables for State {
            fn each(&self, each: &mut dyn FnMut(&dyn AnyTable)) {
                $(each(&self.$field);)*
            }

            fn each_mut(&mut self, each: &mut dyn FnMut(&mut dyn AnyTable)) {
                $(each(&mut self.$field);)*
            }
        }
    };
}

tables! {
    aegis: AegisRow,
    anchors: Anchor,
    blobs: References,
    chat_keys: ChatKeys,
    circles: Circle,
    codes: CodeOwner,
    devices: Device,
    genesis: GenesisRow,
    guards: Count,
    head: HeadRow,
    issued: Issued,
    log: Log,
    operator: Operator,
    profiles: Profile,
    referrals: Referral,
    ruleset: Ruleset,
    sessions: Session,
    users: User,
}

impl State {
    /// What the genesis fixed; none before it.
    #[must_use]
    pub fn genesis(&self) -> Option<&GenesisRow> {
        self.genesis.get(&Only)
    }

    /// Checks what must hold between the tables.
    ///
    /// # Panics
    /// If it does not: a bug in the machine.
    pub(super) fn assert_valid(&self) {
        let single = [self.aegis.rows(), self.genesis.rows(), self.head.rows(), self.log.rows(), self.ruleset.rows()];
        assert!(single.iter().all(|rows| *rows == single[0] && *rows <= 1), "one row each from the genesis on");
        let (mut points, mut loops, mut closed, mut devices) = (0, 0, 0, 0);
        self.users.for_each(|id, user| {
            assert!(user.coherence_ppm.get() < PPM, "coherence of {id}");
            assert!(user.sessions.len() <= ACTIVE_MAX, "sessions of {id}");
            let open =
                |listed: &Digest| self.sessions.get(listed).is_some_and(|s| s.user == *id && s.ended == Ended::No);
            assert!(user.sessions.iter().all(open), "each listed session of {id}");
            points += user.points_micro.get();
            loops += user.loops.get();
            closed += user.closed.get();
            devices += user.devices.get();
        });
        assert_eq!(points, self.issued.get(&Only).map_or(0, |issued| issued.total_micro.get()), "points issued");
        assert_eq!((loops, devices), (2 * closed, self.devices.rows()), "two sides a loop, one row a device");
        let mut closed_referrals = 0;
        self.referrals.for_each(|id, referral| {
            assert!(
                self.users.get(id).is_some() && self.users.get(&referral.owner).is_some(),
                "both of {id}'s referral"
            );
            assert_eq!(referral.closed, referral.from_owner && referral.from_user, "{id}'s referral");
            closed_referrals += u64::from(referral.closed);
        });
        assert_eq!(closed, closed_referrals, "closed referrals");
        self.blobs.for_each(|id, row| assert!(row.refs.get() > 0 || row.erased, "references to {id}"));
    }

    /// The planted bug: every session's counters start anew.
    #[cfg(feature = "planted")]
    pub(super) fn forget_windows(&mut self) {
        use super::session::Window;
        use crate::kernel::Int;
        let mut sessions = alloc::vec::Vec::new();
        self.sessions.for_each(|id, session| sessions.push((*id, session.clone())));
        for (id, session) in sessions {
            self.sessions.put(id, Session { newest: Int::ZERO, window: Window::default(), ..session });
        }
    }
}
