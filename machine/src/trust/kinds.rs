//! The table of kinds: every intent of a user and of the operator, with all that other places derive from it: its name, its right, how it
//! is read and written, the blob that it refers to, the guards that count it, its signatures, its rules, its refusals.
//!
//! A new kind is a body in the file of its concern, an `impl` here, and a line in [`Body`] or [`OperatorBody`].
//!
//! Loops: over the device keys of a user who uses a code, at most [`DEVICES_MAX`](super::device::DEVICES_MAX).

use alloc::{format, string::String, vec::Vec};

use serde::de::DeserializeOwned;

use super::{
    aegis::{self, AegisStaged},
    chat::{self, KeysPublished, Message, Publisher},
    curves::Arithmetic,
    device,
    effect::Effect,
    judgement::{self, Envelope, IntentContext, IntentKind, Sender},
    limits::GuardExplained,
    operator::{self, OperatorRotated},
    profile::{self, ProfileErased, ProfileUpdated, Writer},
    referral::{self, ReferralUse},
    refusal::Refusal,
    reward,
    ruleset::{self, GuardName, RulesetActivated},
    session::{self, SessionRevoked, SessionRotated},
    session_change::{add_device, change},
    signing::Written,
    state::State,
    types::{Blob, Code, Of, Right, UserId},
};
use crate::kernel::{
    Digest, Effects, PublicKey, Stamp,
    canonical::write,
    machine::Malformed,
    table::{At, Locate as _},
    tags,
};

impl IntentKind for SessionRotated {
    const NAME: &'static str = "SESSION_ROTATED";
    const RIGHT: Right = Right::Session;
    const GUARDS: &'static [GuardName] = &[GuardName::RateSessions];
    const PROOFS: &'static [Refusal] = &[Refusal::DeviceProof];
    type Plan = ();

    fn verify(&self, sender: &Sender<'_>) -> Result<(), Refusal> {
        let message = format!("{}{}\n{}", tags::DEVICE.0, sender.origin, sender.session);
        let proven = sender.curves.ed25519(&self.device_key, message.as_bytes(), &self.device_sig);
        if proven { Ok(()) } else { Err(Refusal::DeviceProof) }
    }

    fn judge(&self, _: &State, _: &IntentContext<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn write(&self, state: &mut State, act: &IntentContext<'_>, (): ()) -> Effects<Effect> {
        let (id, old) = (act.event_id(state), *act.session.key());
        let (closed, opened) = change(state, act.user, act.stamp.at, |sessions| {
            sessions.expire();
            sessions.rotate(old, id, self.device_key)
        });
        add_device(state, act.user, self.device_key);
        Effects::from_iter([closed.into(), opened.into()])
    }
}

impl IntentKind for SessionRevoked {
    const NAME: &'static str = "SESSION_REVOKED";
    const RIGHT: Right = Right::Session;
    const RULES: &'static [Refusal] = &[Refusal::UnknownSession, Refusal::SessionInactive];
    type Plan = ();

    fn only_ends(&self, session: &Digest) -> bool {
        self.session == *session
    }

    fn judge(&self, state: &State, act: &IntentContext<'_>) -> Result<(), Refusal> {
        session::judge_revoked(&state.sessions, act.stamp.at, *act.user.key(), self)
    }

    fn write(&self, state: &mut State, act: &IntentContext<'_>, (): ()) -> Effects<Effect> {
        let closed = change(state, act.user, act.stamp.at, |sessions| sessions.revoke(self));
        [closed.into()].into()
    }
}

fn writer(act: &IntentContext<'_>) -> Writer {
    Writer { user: act.user, session: *act.session.key(), counter: act.counter }
}

impl IntentKind for ProfileUpdated {
    const NAME: &'static str = "PROFILE_UPDATED";
    const RIGHT: Right = Right::Profile;
    const RULES: &'static [Refusal] = &[Refusal::Stale];
    type Plan = ();

    fn blob(&self) -> Option<Blob> {
        Some(self.blob)
    }

    fn judge(&self, state: &State, act: &IntentContext<'_>) -> Result<(), Refusal> {
        profile::judge(&state.profiles, &writer(act))
    }

    fn write(&self, state: &mut State, act: &IntentContext<'_>, (): ()) -> Effects<Effect> {
        [profile::update(&mut state.profiles, &writer(act), self).into()].into()
    }
}

impl IntentKind for ProfileErased {
    const NAME: &'static str = "PROFILE_ERASED";
    const RIGHT: Right = Right::Profile;
    const RULES: &'static [Refusal] = &[Refusal::Stale, Refusal::NoProfile];
    type Plan = ();

    fn judge(&self, state: &State, act: &IntentContext<'_>) -> Result<(), Refusal> {
        profile::judge_erased(&state.profiles, &writer(act))
    }

    fn write(&self, state: &mut State, act: &IntentContext<'_>, (): ()) -> Effects<Effect> {
        let changed = profile::erase(&mut state.profiles, &mut state.erased, &writer(act), act.stamp.at);
        [changed.into()].into()
    }
}

fn publisher(act: &IntentContext<'_>) -> Publisher {
    let (user, session) = (*act.user.key(), *act.session.key());
    Publisher { user, device_key: act.key, session, counter: act.counter }
}

impl IntentKind for KeysPublished {
    const NAME: &'static str = "KEYS_PUBLISHED";
    const RIGHT: Right = Right::Chat;
    const PROOFS: &'static [Refusal] = &[Refusal::BadPrekeySig, Refusal::BadKey];
    const RULES: &'static [Refusal] = &[Refusal::Stale];
    /// The row's place.
    type Plan = At<Of<PublicKey>>;

    fn verify(&self, sender: &Sender<'_>) -> Result<(), Refusal> {
        chat::verify_keys(sender.curves, &sender.key, self)
    }

    fn judge(&self, state: &State, act: &IntentContext<'_>) -> Result<Self::Plan, Refusal> {
        chat::judge_keys(&state.chat_keys, &publisher(act))
    }

    fn write(&self, state: &mut State, act: &IntentContext<'_>, place: Self::Plan) -> Effects<Effect> {
        [chat::publish(&mut state.chat_keys, place, &publisher(act), self).into()].into()
    }
}

impl IntentKind for ReferralUse {
    const NAME: &'static str = "REFERRAL_USE";
    const RIGHT: Right = Right::Referral;
    const GUARDS: &'static [GuardName] = &[GuardName::CodeUses];
    const RULES: &'static [Refusal] = &[
        Refusal::UnknownCode,
        Refusal::SelfReferral,
        Refusal::AlreadyReferred,
        Refusal::Circular,
        Refusal::TooDeep,
        Refusal::TooLate,
        Refusal::Cap,
        Refusal::DuplicateDevice,
    ];
    /// The code's owner.
    type Plan = At<UserId>;

    fn code(&self) -> Option<Code> {
        Some(self.code)
    }

    fn judge(&self, state: &State, act: &IntentContext<'_>) -> Result<At<UserId>, Refusal> {
        let State { users, codes, referrals, devices, circles, .. } = state;
        let ruleset = state.ruleset.in_force();
        referral::Rules { users, codes, referrals, devices, circles, ruleset }.judge(act.stamp.at, act.user, self)
    }

    fn write(&self, state: &mut State, act: &IntentContext<'_>, owner: At<UserId>) -> Effects<Effect> {
        let known: Vec<PublicKey> = device::of_user(&state.devices, &state.users, &act.user).collect();
        let who = (act.user, owner, act.stamp.at);
        [referral::record(&mut state.referrals, &mut state.circles, &known, who, self).into()].into()
    }
}

impl IntentKind for Message {
    const NAME: &'static str = "MESSAGE";
    const RIGHT: Right = Right::Chat;
    const GUARDS: &'static [GuardName] = &[GuardName::Messages];
    const RULES: &'static [Refusal] = &[Refusal::UnknownUser, Refusal::SelfMessage, Refusal::WrongThread];
    /// The receiver.
    type Plan = At<UserId>;

    fn blob(&self) -> Option<Blob> {
        Some(self.blob)
    }

    fn judge(&self, state: &State, act: &IntentContext<'_>) -> Result<At<UserId>, Refusal> {
        chat::judge_message(&state.users, *act.user.key(), self)
    }

    /// Relays the message, and closes the referral of the two if this was what it waited for.
    fn write(&self, state: &mut State, act: &IntentContext<'_>, to: At<UserId>) -> Effects<Effect> {
        let mut effects: Effects<Effect> = [chat::relay(&mut state.users, act.user, self).into()].into();
        if let Some(closing) = state.referrals.messaged(act.user, to) {
            let event = act.event_id(state);
            let State { users, issued, ruleset, .. } = state;
            let paid = reward::pay((users, issued), ruleset.in_force(), (act.stamp.at, &event), closing);
            effects.extend([paid.closed.into(), paid.granted.into()]);
            effects.extend(paid.coherence.map(Effect::from));
        }
        effects
    }
}

/// One kind of operator intent: everything about it that differs from the others.
pub trait OperatorKind: Clone {
    /// The kind as it stands in the event.
    const NAME: &'static str;
    /// The refusals that its form may earn.
    const FORM: &'static [Refusal] = &[];
    /// The refusals of its own rules, in the order in which they are judged.
    const RULES: &'static [Refusal] = &[];

    /// Checks what a reader can see of it.
    ///
    /// # Errors
    /// One of [`OperatorKind::FORM`], with what is wrong.
    fn check(&self) -> Result<(), Malformed<Refusal>> {
        Ok(())
    }

    /// Judges its own rules.
    ///
    /// # Errors
    /// One of [`OperatorKind::RULES`].
    fn judge(&self, _state: &State, _curves: &dyn Arithmetic) -> Result<(), Refusal> {
        Ok(())
    }

    /// Writes what it changes; gives its effect.
    fn write(&self, state: &mut State) -> Effect;
}

impl OperatorKind for RulesetActivated {
    const NAME: &'static str = "RULESET_ACTIVATED";
    const FORM: &'static [Refusal] = &[Refusal::Semantics];
    const RULES: &'static [Refusal] = &[Refusal::RulesetInvalid];

    fn check(&self) -> Result<(), Malformed<Refusal>> {
        self.ruleset.check_semantics()
    }

    fn judge(&self, state: &State, _: &dyn Arithmetic) -> Result<(), Refusal> {
        ruleset::judge(&state.ruleset, self)
    }

    fn write(&self, state: &mut State) -> Effect {
        ruleset::activate(&mut state.ruleset, self).into()
    }
}

impl OperatorKind for AegisStaged {
    const NAME: &'static str = "AEGIS_STAGED";

    fn write(&self, state: &mut State) -> Effect {
        aegis::stage(&mut state.aegis, self).into()
    }
}

impl OperatorKind for OperatorRotated {
    const NAME: &'static str = "OPERATOR_ROTATED";
    const RULES: &'static [Refusal] = &[Refusal::BadProof];

    fn judge(&self, state: &State, curves: &dyn Arithmetic) -> Result<(), Refusal> {
        operator::judge_rotated((&state.operator, &state.log), state.origin(), curves, self)
    }

    fn write(&self, state: &mut State) -> Effect {
        operator::rotate(&mut state.operator, &mut state.log, self).into()
    }
}

/// Every kind of a user's intent. A new one is one more line.
macro_rules! user_kinds {
    ($use:ident) => {
        $use! {
            ProfileUpdated,
            ProfileErased,
            KeysPublished,
            ReferralUse,
            Message,
            SessionRotated,
            SessionRevoked,
        }
    };
}

/// Every kind of an operator's intent. A new one is one more line.
macro_rules! operator_kinds {
    ($use:ident) => {
        $use! {
            RulesetActivated,
            AegisStaged,
            OperatorRotated,
        }
    };
}

/// What an enum over kinds is, whoever sends them.
macro_rules! body_enum {
    ($(#[$doc:meta])* $name:ident by $kind:ident: $($body:ident,)*) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name {
            $(#[doc = concat!("An intent whose body is [`", stringify!($body), "`].")] $body($body),)*
        }

        $(
            impl From<$body> for $name {
                fn from(body: $body) -> Self {
                    Self::$body(body)
                }
            }
        )*

        impl Written for $name {
            fn kind(&self) -> &'static str {
                match self {
                    $(Self::$body(_) => <$body as $kind>::NAME,)*
                }
            }

            fn write(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$body(body) => write(body, out),)*
                }
            }
        }

        impl $name {
            /// Reads the body of a kind.
            pub(super) fn read(kind: &str, body: &str) -> Result<Self, String> {
                match kind {
                    $(<$body as $kind>::NAME => read_part(body).map(Self::$body),)*
                    other => Err(format!("`{other}` is no kind of event that this sender can send")),
                }
            }
        }
    };
}

macro_rules! declare_body {
    ($($body:ident,)*) => {
        body_enum! {
            /// What an intent of a user wants.
            Body by IntentKind: $($body,)*
        }

        impl Body {
            /// The right that a session needs for it.
            #[must_use]
            pub fn right(&self) -> Right {
                match self {
                    $(Self::$body(_) => <$body as IntentKind>::RIGHT,)*
                }
            }

            /// The blob that it refers to, which must be stored before.
            #[must_use]
            pub fn blob(&self) -> Option<Blob> {
                match self {
                    $(Self::$body(body) => IntentKind::blob(body),)*
                }
            }

            /// Checks the signatures that it carries itself.
            pub(super) fn verify(&self, sender: &Sender<'_>) -> Result<(), Refusal> {
                match self {
                    $(Self::$body(body) => IntentKind::verify(body, sender),)*
                }
            }

            /// Judges the whole intent, then writes.
            pub(super) fn act(
                &self,
                state: &mut State,
                stamp: &Stamp,
                envelope: &Envelope<'_>,
            ) -> Result<Effects<Effect>, Refusal> {
                match self {
                    $(Self::$body(body) => judgement::act(state, stamp, envelope, body),)*
                }
            }

            /// The guards that it counts for, as it finds them.
            pub(super) fn guards(&self, state: &State, stamp: &Stamp, user: UserId) -> Vec<GuardExplained> {
                match self {
                    $(Self::$body(body) => judgement::explain(state, stamp, user, body),)*
                }
            }
        }

        /// For each kind of a user's intent its refusals in the order of judgement.
        fn user_precedence() -> Vec<Precedence> {
            Vec::from([$(user_order::<$body>(),)*])
        }
    };
}
user_kinds!(declare_body);

macro_rules! declare_operator_body {
    ($($body:ident,)*) => {
        body_enum! {
            /// What an intent of the operator wants.
            OperatorBody by OperatorKind: $($body,)*
        }

        impl OperatorBody {
            /// Checks what a reader can see of it.
            pub(super) fn check(&self) -> Result<(), Malformed<Refusal>> {
                match self {
                    $(Self::$body(body) => OperatorKind::check(body),)*
                }
            }

            /// Judges its own rules.
            pub(super) fn judge(&self, state: &State, curves: &dyn Arithmetic) -> Result<(), Refusal> {
                match self {
                    $(Self::$body(body) => OperatorKind::judge(body, state, curves),)*
                }
            }

            /// Writes what it changes; gives its effect.
            pub(super) fn apply(&self, state: &mut State) -> Effect {
                match self {
                    $(Self::$body(body) => OperatorKind::write(body, state),)*
                }
            }
        }

        /// For each kind of an operator's intent its refusals in the order of judgement.
        fn operator_precedence() -> Vec<Precedence> {
            Vec::from([$(operator_order::<$body>(),)*])
        }
    };
}
operator_kinds!(declare_operator_body);

/// A kind of event, and its refusals in the order of judgement: the first that applies is the answer.
pub type Precedence = (&'static str, Vec<Refusal>);

/// The order of judgement of every kind of event.
#[must_use]
pub fn precedence() -> Vec<Precedence> {
    use Refusal::{
        Aegis, AnchorUnknown, BadSignature, DeviceProof, Expired, Genesis, IssuedInFuture, Lifetime, RulesetInvalid,
        Semantics, SessionExists, Shape, Size, Ttl, WrongSigner,
    };
    let login = [Shape, Size, BadSignature, WrongSigner, DeviceProof, Genesis, SessionExists];
    let limits = LOGIN_GUARDS.iter().map(|guard| guard.refusal());
    let rules = [AnchorUnknown, IssuedInFuture, Expired, Lifetime, Ttl, Aegis];
    let first = [
        ("GENESIS", Vec::from([Shape, Size, Semantics, RulesetInvalid, Genesis])),
        ("LOGIN", login.into_iter().chain(limits).chain(rules).collect()),
    ];
    first.into_iter().chain(user_precedence()).chain(operator_precedence()).collect()
}

/// The guards that count a LOGIN; `rate_first_logins` only the first of a user.
pub(super) const LOGIN_GUARDS: [GuardName; 3] =
    [GuardName::RateUser, GuardName::RateFirstLogins, GuardName::RateSessions];

fn user_order<K: IntentKind>() -> Precedence {
    use Refusal::{
        BadSignature, CounterAhead, CounterOld, CounterUsed, Scope, SessionInactive, Shape, Size, UnknownSession,
        WrongKey,
    };
    let session = [UnknownSession, WrongKey, SessionInactive, Scope, CounterUsed, CounterOld, CounterAhead];
    let guards = [GuardName::RateUser].iter().chain(K::GUARDS).map(|guard| guard.refusal());
    let order = [Shape, Size, BadSignature].into_iter().chain(K::PROOFS.iter().copied()).chain(session);
    (K::NAME, order.chain(guards).chain(K::RULES.iter().copied()).chain([Refusal::Aegis]).collect())
}

fn operator_order<K: OperatorKind>() -> Precedence {
    use Refusal::{BadSignature, CounterAhead, CounterUsed, Genesis, Shape, Size, WrongKey};
    let order = [Shape, Size].into_iter().chain(K::FORM.iter().copied());
    let order = order.chain([BadSignature, Genesis, WrongKey, CounterUsed, CounterAhead]);
    (K::NAME, order.chain(K::RULES.iter().copied()).collect())
}

/// Reads a part of an event.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read_part<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| format!("body: {error}"))
}

#[cfg(test)]
mod tests {
    use super::{super::refusal::REFUSALS, *};

    #[test]
    fn every_refusal_is_some_kinds() {
        let order = precedence();
        for (refusal, code, _) in REFUSALS {
            assert!(order.iter().any(|(_, refusals)| refusals.contains(refusal)), "{code} is no kind's");
        }
    }
}
