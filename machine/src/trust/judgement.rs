//! How an intent is judged: in one order for every kind, whole before anything is written, so that a refusal leaves the state as it was.
//! What a kind adds of its own is the trait [`IntentKind`]; `kinds` lists them.
//!
//! Loops: over the guards that a kind counts for, at most one beside `rate_user`.

use alloc::vec::Vec;
use core::fmt;

use serde::{Serialize, de::DeserializeOwned};

use super::{
    curves::Arithmetic,
    effect::Effect,
    limits::{Also, Charges, Counted, GuardExplained, Subject},
    refusal::Refusal,
    ruleset::{GuardName, Per},
    session::{self, Claim},
    state::State,
    types::{Blob, Code, Counter, Right, UserId},
    upkeep::Upkeep,
};
use crate::{
    bug,
    kernel::{
        Digest, Effects, PublicKey, Stamp,
        table::{At, Locate as _},
    },
};

/// One kind of intent: everything about it that differs from the others.
pub trait IntentKind: Clone + PartialEq + fmt::Debug + Serialize + DeserializeOwned {
    /// The kind as it stands in the event.
    const NAME: &'static str;
    /// The right that a session needs for it.
    const RIGHT: Right;
    /// The guards that count it, beside the one that counts all entries of a user.
    const GUARDS: &'static [GuardName] = &[];
    /// The refusals of its own signatures, in the order in which they are checked.
    const PROOFS: &'static [Refusal] = &[];
    /// The refusals of its own rules, in the order in which they are judged.
    const RULES: &'static [Refusal] = &[];
    /// What judging finds out and writing needs.
    type Plan;

    /// The blob that it refers to, which must be stored before.
    fn blob(&self) -> Option<Blob> {
        None
    }

    /// The code that it uses, which a guard may count by.
    fn code(&self) -> Option<Code> {
        None
    }

    /// Whether it only ends the session that it is sent in, which needs no right.
    fn only_ends(&self, _session: &Digest) -> bool {
        false
    }

    /// Checks the signatures that it carries itself.
    ///
    /// # Errors
    /// One of [`IntentKind::PROOFS`].
    fn verify(&self, _sender: &Sender<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    /// Judges its own rules.
    ///
    /// # Errors
    /// One of [`IntentKind::RULES`].
    fn judge(&self, state: &State, act: &IntentContext<'_>) -> Result<Self::Plan, Refusal>;

    /// Writes what it changes; gives its effects.
    fn write(&self, state: &mut State, act: &IntentContext<'_>, plan: Self::Plan) -> Effects<Effect>;
}

/// Who signed an intent, for the signatures that it carries itself.
pub struct Sender<'a> {
    /// The ledger's name.
    pub origin: &'a str,
    /// The session that it is sent in.
    pub session: Digest,
    /// The key that signed it.
    pub key: PublicKey,
    /// The arithmetic to check with.
    pub curves: &'a dyn Arithmetic,
}

/// An intent that is being judged: who acts, and where in the ledger.
pub struct IntentContext<'a> {
    /// Where and when.
    pub stamp: &'a Stamp,
    /// Whose session it is.
    pub user: At<UserId>,
    /// The session.
    pub session: At<Digest>,
    /// The intent's counter.
    pub counter: Counter,
    /// The key that signed.
    pub key: PublicKey,
    id: &'a dyn Fn(&str) -> Digest,
}

impl IntentContext<'_> {
    /// The event's id. Few kinds need it, and it costs a hash of the whole intent.
    #[must_use]
    pub fn event_id(&self, state: &State) -> Digest {
        (self.id)(state.origin())
    }
}

/// What an intent of any kind says beside its body.
pub(super) struct Envelope<'a> {
    pub(super) session: Digest,
    pub(super) key: PublicKey,
    pub(super) counter: Counter,
    /// The event's id in a ledger of this name.
    pub(super) id: &'a dyn Fn(&str) -> Digest,
}

/// Judges an intent, in the order of the specification, then writes.
pub(super) fn act<K: IntentKind>(
    state: &mut State,
    stamp: &Stamp,
    envelope: &Envelope<'_>,
    body: &K,
) -> Result<Effects<Effect>, Refusal> {
    let Envelope { key, counter, id, .. } = *envelope;
    let session = At::new(envelope.session);
    let claim = Claim { session, key, counter, right: K::RIGHT, ends_itself: body.only_ends(session.key()) };
    let used = session::judge(&state.sessions, stamp.at, &claim)?;
    let act = IntentContext { stamp, user: At::new(used.user), session, counter, key, id };
    let charges = charges(state, stamp, used.user, body);
    charges.judge()?;
    let plan = body.judge(state, &act)?;
    let mut effects = state.aegis.judge(&charges)?;

    Upkeep::plan(state, stamp).apply(state, stamp);
    charges.count(&mut state.guards);
    state.sessions.used(session, used);
    let advised = effects.len();
    effects.extend(body.write(state, &act, plan));
    assert!(effects.len() > advised, "a {} that was accepted causes something", K::NAME);
    Ok(effects)
}

fn charges<K: IntentKind>(state: &State, stamp: &Stamp, user: UserId, body: &K) -> Charges {
    let subject = |name: &GuardName| match name.per() {
        Per::User => Subject::User(user),
        Per::All => Subject::All,
        Per::Code => Subject::Code(body.code().unwrap_or_else(|| bug!("{} uses no code to count by", K::NAME))),
    };
    let also: Also = K::GUARDS.iter().map(|name| Counted(*name, subject(name))).collect();
    Charges::new(&state.guards, state.ruleset.in_force(), stamp, user, also)
}

/// The guards that an intent counts for, as it finds them.
pub(super) fn explain<K: IntentKind>(state: &State, stamp: &Stamp, user: UserId, body: &K) -> Vec<GuardExplained> {
    charges(state, stamp, user, body).explain()
}
