//! Every typed no in one place: its code and what it means. In which order they are judged, `kinds` says of each kind of event.

use core::fmt;

macro_rules! refusals {
    ($($name:ident = $code:literal, $what:literal;)*) => {
        /// Why an event may not happen. `Display` is the code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Refusal {
            $(#[doc = $what] $name,)*
        }

        /// All refusals: value, code and what it means.
        pub const REFUSALS: &[(Refusal, &str, &str)] = &[$((Refusal::$name, $code, $what),)*];

        impl Refusal {
            /// The stable code.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }
        }
    };
}

refusals! {
    Shape = "shape", "Not canonical, or not of this kind's shape: unknown, missing or malformed fields, values out of range.";
    Size = "size", "The canonical event is longer than 4,096 bytes; an operator's or a GENESIS: 32,768.";
    BadSignature = "bad_signature", "The signature does not verify.";
    WrongSigner = "wrong_signer", "The signature is another wallet's.";
    DeviceProof = "device_proof", "The new device key did not sign that it takes part.";
    BadPrekeySig = "bad_prekey_sig", "The device key did not sign these chat keys.";
    BadKey = "bad_key", "A key of low order: whoever uses it has no secret.";
    Genesis = "genesis", "A second genesis, or anything before the first.";
    UnknownSession = "unknown_session", "No session that is remembered has this id, or the one to revoke is another user's.";
    WrongKey = "wrong_key", "The session has another device key; for an operator's intent: another key is in force.";
    SessionInactive = "session_inactive", "The session ended or expired.";
    Scope = "scope", "The session's scope does not allow this.";
    CounterUsed = "counter_used", "This counter was used before.";
    CounterOld = "counter_old", "The counter lies more than 63 below the newest.";
    CounterAhead = "counter_ahead", "The counter lies more than 1,000,000 above the newest.";
    RateUser = "rate_user", "Too many entries of this user in this window.";
    RateFirstLogins = "rate_first_logins", "Too many new users in this window.";
    RateSessions = "rate_sessions", "Too many sessions that this user opened in this window.";
    Messages = "messages", "Too many messages of this user in this window.";
    CodeUses = "code_uses", "Too many uses of this code in this window.";
    SessionExists = "session_exists", "This very login is a session already.";
    AnchorUnknown = "anchor_unknown", "The anchor is none, or too old: ask for a new challenge.";
    IssuedInFuture = "issued_in_future", "Issued over 60 s after the ledger's time.";
    Expired = "expired", "The login's expiration time has come.";
    Lifetime = "lifetime", "A login may be used for more than 0 and at most 600,000 ms.";
    Ttl = "ttl", "A session lives 60,000..=2,592,000,000 ms.";
    Stale = "stale", "A newer intent of this session wrote this already.";
    NoProfile = "no_profile", "There is no profile to erase.";
    UnknownCode = "unknown_code", "Nobody has this code.";
    SelfReferral = "self_referral", "One's own code.";
    AlreadyReferred = "already_referred", "This user used a code before.";
    Circular = "circular", "This user is among the owner's referrers.";
    TooDeep = "too_deep", "Over 256 referrers stand above the owner.";
    TooLate = "too_late", "After the first message sent, or after the ruleset's window.";
    Cap = "cap", "The owner has as many closed referrals as the last tier reaches.";
    DuplicateDevice = "duplicate_device", "A device key of this user is also the owner's, or that of another who used the code.";
    UnknownUser = "unknown_user", "No such user.";
    SelfMessage = "self_message", "A message to oneself.";
    WrongThread = "wrong_thread", "The thread is not that of these two users.";
    Aegis = "aegis", "AEGIS is enforced and this is over one of its guards.";
    RulesetInvalid = "ruleset_invalid", "A number of the ruleset is out of bounds.";
    Semantics = "semantics", "This binary does not know these semantics.";
    BadProof = "bad_proof", "The new key did not sign that it replaces the old one.";
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct() {
        for (at, (refusal, code, _)) in REFUSALS.iter().enumerate() {
            assert_eq!(refusal.code(), *code);
            assert!(REFUSALS[at + 1..].iter().all(|(_, other, _)| other != code), "{code} twice");
        }
    }
}
