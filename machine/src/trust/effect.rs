//! Effects: what an entry caused, as canonical objects with their `kind`. `apply` alone makes them.

use alloc::{string::String, vec::Vec};

use serde::{Serialize, Serializer, ser::SerializeMap as _};

use super::{
    refusal::Refusal,
    types::{Blob, Code, Label, Scope, Stage, UserId, Which},
};
use crate::kernel::{Digest, Int, PublicKey, canonical::to_bytes};

/// A field that is absent where there is nothing to say. A yes or no always says something.
trait Said: Serialize {
    fn is_said(&self) -> bool {
        true
    }
}

macro_rules! always_said {
    ($($name:ty),*) => { $(impl Said for $name {})* };
}
always_said!(bool, Blob, Code, Digest, Int, PublicKey, Scope, Stage, String, UserId, Which, &'static str);

impl<T: Serialize> Said for Option<T> {
    fn is_said(&self) -> bool {
        self.is_some()
    }
}

/// Declares the effects. Fields stand in the order of their names; `kind` goes in where `@kind` stands.
macro_rules! effects {
    ($($(#[$doc:meta])* $name:ident { $($(#[$early_doc:meta])* $early:ident: $early_type:ty,)* @kind $($(#[$late_doc:meta])* $late:ident: $late_type:ty,)* })*) => {
        /// What an entry caused, or the refusal that stands alone.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Effect {
            $($(#[$doc])* $name($name),)*
            /// The event may not happen; no entry holds this.
            Refused(Refusal),
        }

        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq)]
            pub struct $name { $($(#[$early_doc])* pub $early: $early_type,)* $($(#[$late_doc])* pub $late: $late_type,)* }

            impl From<$name> for Effect {
                fn from(effect: $name) -> Self {
                    Self::$name(effect)
                }
            }
        )*

        /// The kinds of effects, with their fields in order.
        pub const EFFECTS: &[(&str, &[&str])] = &[$((stringify!($name), &[$(stringify!($early),)* "kind", $(stringify!($late),)*]),)*];

        impl Serialize for Effect {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(None)?;
                match self {
                    $(Self::$name(effect) => {
                        $(if effect.$early.is_said() { map.serialize_entry(stringify!($early), &effect.$early)?; })*
                        map.serialize_entry("kind", stringify!($name))?;
                        $(if effect.$late.is_said() { map.serialize_entry(stringify!($late), &effect.$late)?; })*
                    })*
                    Self::Refused(refusal) => {
                        map.serialize_entry("kind", "Refused")?;
                        map.serialize_entry("reason", refusal.code())?;
                    }
                }
                map.end()
            }
        }
    };
}

effects! {
    /// An AEGIS guard would have refused this entry.
    Advised {
        /// The guard's name.
        guard: &'static str,
        @kind
        /// Whose count: a user id or a code.
        subject: String,
    }
    /// A session began.
    SessionOpened {
        /// The key that signs in it.
        device_key: PublicKey,
        /// Whether the user is new.
        first: bool,
        @kind
        /// What it may do.
        scope: Scope,
        /// Its id.
        session: Digest,
        /// The tick at which it ends by itself.
        until: Int,
        /// Whose it is.
        user: UserId,
    }
    /// A session ended before its time.
    SessionClosed {
        /// `evicted`, `revoked` or `rotated`.
        cause: &'static str,
        @kind
        /// The label that a SESSION_REVOKED gave; absent otherwise.
        reason: Option<Label>,
        /// Its id.
        session: Digest,
        /// Whose it is.
        user: UserId,
    }
    /// A profile was replaced, or erased.
    ProfileChanged {
        /// The profile's bytes; of an erased one: those that are deleted.
        blob: Blob,
        /// Whether it was erased.
        erased: bool,
        @kind
        /// Whose it is.
        user: UserId,
    }
    /// A device's chat keys are new.
    KeysChanged {
        /// Which device.
        device_key: PublicKey,
        /// Its X25519 identity key.
        identity_key: PublicKey,
        @kind
        /// Its X25519 prekey.
        prekey: PublicKey,
        /// Whose it is.
        user: UserId,
    }
    /// A code was used.
    ReferralUsed {
        /// The code.
        code: Code,
        @kind
        /// Who invited.
        owner: UserId,
        /// Who was invited.
        user: UserId,
    }
    /// A message passed.
    MessageRelayed {
        /// Its ciphertexts.
        blob: Blob,
        /// The sender.
        from: UserId,
        @kind
        /// The thread of the two.
        thread: Digest,
        /// The receiver.
        to: UserId,
    }
    /// Inviter and invited have talked both ways.
    ReferralClosed {
        @kind
        /// How many the owner has now, this one included.
        n: Int,
        /// Who invited.
        owner: UserId,
        /// Who was invited.
        user: UserId,
    }
    /// Points were granted by a rule.
    RewardGranted {
        /// By the tier of `n`.
        base_micro: Int,
        /// For the user's coherence before this entry.
        bonus_micro: Int,
        /// What a cap kept back.
        capped_micro: Int,
        /// The user's coherence before this entry.
        coherence_ppm: Int,
        /// The epoch whose caps applied.
        epoch: Int,
        /// What was added to the user's points.
        granted_micro: Int,
        @kind
        /// Which of the user's closed referrals this is.
        n: Int,
        /// Who was invited.
        referred: UserId,
        /// The rule.
        rule: &'static str,
        /// The ruleset's version.
        ruleset: Int,
        /// The reward's id.
        tx_id: Digest,
        /// Who gets it.
        user: UserId,
    }
    /// A user's coherence is new.
    CoherenceChanged {
        /// In parts per million.
        coherence_ppm: Int,
        /// From so many closed referrals, on either side.
        k: Int,
        @kind
        /// Whose it is.
        user: UserId,
    }
    /// Other numbers are in force from the next entry on.
    RulesetChanged {
        @kind
        /// The ruleset's.
        version: Int,
    }
    /// AEGIS acts otherwise from the next entry on.
    StageChanged {
        @kind
        /// off, observe or enforce.
        stage: Stage,
    }
    /// A key of the ledger was replaced.
    KeyRotated {
        /// The new one.
        key: PublicKey,
        @kind
        /// `operator` or `log`.
        which: Which,
    }
}

impl Effect {
    /// The effect's kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Advised(_) => "Advised",
            Self::SessionOpened(_) => "SessionOpened",
            Self::SessionClosed(_) => "SessionClosed",
            Self::ProfileChanged(_) => "ProfileChanged",
            Self::KeysChanged(_) => "KeysChanged",
            Self::ReferralUsed(_) => "ReferralUsed",
            Self::MessageRelayed(_) => "MessageRelayed",
            Self::ReferralClosed(_) => "ReferralClosed",
            Self::RewardGranted(_) => "RewardGranted",
            Self::CoherenceChanged(_) => "CoherenceChanged",
            Self::RulesetChanged(_) => "RulesetChanged",
            Self::StageChanged(_) => "StageChanged",
            Self::KeyRotated(_) => "KeyRotated",
            Self::Refused(_) => "Refused",
        }
    }

    /// The canonical bytes.
    #[must_use]
    pub fn to_canonical(&self) -> Vec<u8> {
        to_bytes(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_declared_in_canonical_order() {
        for (kind, fields) in EFFECTS {
            assert!(fields.windows(2).all(|pair| pair[0] < pair[1]), "{kind}: {fields:?}");
        }
    }
}
