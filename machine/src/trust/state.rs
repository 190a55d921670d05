//! The state: every table by name. What must hold between them, `valid` says.

use super::{
    aegis::Aegis,
    anchor::{self, Anchors, LastEntry},
    chat::PublishedKeys,
    device::{Circles, Devices},
    genesis::{Founding, GenesisRow},
    limits::Counts,
    login::Logins,
    operator::{LogKey, OperatorKey},
    owned::Owned as _,
    profile::{Erased, Profiles},
    referral::{Codes, Referrals},
    reward::Mint,
    ruleset::Rules,
    session::Sessions,
    user::Users,
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
}
