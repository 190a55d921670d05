//! What must hold between the tables once an entry was applied, whatever it was. No entry pays for it: a simulation asks after each.

use alloc::collections::{BTreeMap, BTreeSet};

use super::{
    anchor::{ANCHORS_MAX, WINDOW_MS},
    curves::can_sign,
    device::{self, DEVICES_MAX},
    limits::{Counted, Subject},
    login::{FUTURE_MS_MAX, LIFETIME_MS_MAX, TTL_MS},
    reward::PPM,
    session::{ACTIVE_MAX, ENDED_MAX, Ended, Session},
    state::State,
    types::{Code, Counter, Of, UserId},
    user::User,
};
use crate::{
    bug,
    kernel::{
        Digest, Int, PublicKey, Tick,
        machine::TICK_MAX,
        table::{At, Only, Tables as _},
    },
};

impl State {
    /// Checks what must hold between the tables.
    ///
    /// # Panics
    /// If it does not: a bug in the machine.
    pub(super) fn assert_valid(&self) {
        let Some(head) = self.head.get(&Only) else {
            return self.each(&mut |table| assert_eq!(table.rows(), 0, "{} before the genesis", table.name()));
        };
        let at = head.at.get();
        assert!(at <= TICK_MAX, "the last entry is of {at}");
        founded(self);
        anchors(self, at);
        sessions(self, at);
        users(self, at);
        referrals(self, at);
        circles(self);
        profiles(self, at);
        chat_keys(self);
        guards(self);
    }

    /// Whoever is named in a row is a user.
    fn assert_user(&self, user: UserId, what: &str) -> &User {
        self.users.get(&user).unwrap_or_else(|| bug!("{what} of {user}, who is no user"))
    }

    /// A row that an intent wrote names the session and the counter that did; a session that is forgotten by now says nothing.
    fn assert_written(&self, user: UserId, session: &Digest, counter: Counter, key: Option<PublicKey>) {
        if let Some(row) = self.sessions.get(session) {
            assert_eq!((row.user, key.unwrap_or(row.device_key)), (user, row.device_key), "{session} wrote a row");
            assert!(counter.int() <= row.newest, "{session} wrote a row with {counter}, and used {}", row.newest);
        }
    }
}

/// What the genesis wrote is there once, and fit to be in force.
fn founded(state: &State) {
    let State { aegis, genesis, head, issued, log, operator, ruleset, .. } = state;
    let single = [aegis.rows(), genesis.rows(), head.rows(), log.rows(), operator.rows(), ruleset.rows()];
    assert_eq!(single, [1; 6], "one row each from the genesis on");
    let (rules, operator) = (ruleset.in_force(), operator.in_force());
    assert_eq!(rules.check(rules.version), Ok(()), "ruleset {} is in force", rules.version);
    let log = log.get(&Only).map(|log| log.key);
    assert!(can_sign(&operator.key) && log.as_ref().is_some_and(can_sign), "{} and {log:?} sign", operator.key);
    assert!(state.founding().is_some_and(|genesis| genesis.state_every > Int::ZERO), "a state root comes now and then");
    let issued = issued.get(&Only).cloned().unwrap_or_default();
    assert!(issued.epoch_micro <= issued.total_micro, "an epoch issues no more than was issued ever: {issued:?}");
}

/// Anchors opened a window each, and every LOGIN that could be replayed expires soon.
fn anchors(state: &State, at: Tick) {
    let mut windows = BTreeSet::new();
    state.anchors.for_each(|hash, anchor| {
        assert!(anchor.at.get() <= at, "anchor {hash} is of {}, after the last entry", anchor.at);
        assert!(windows.insert(anchor.at.get() / WINDOW_MS), "anchor {hash} is the second of its window");
    });
    let first = state.head.get(&Only).is_some_and(|head| head.first);
    assert!(first || !windows.is_empty(), "some entry opened the window of the last one");
    assert!(windows.len() as u64 <= ANCHORS_MAX, "{} anchors", windows.len());
    let latest = state.logins.latest();
    assert!(latest <= at + FUTURE_MS_MAX + LIFETIME_MS_MAX, "a LOGIN could be replayed until {latest}, and it is {at}");
}

/// Every session is listed once, by its user.
fn sessions(state: &State, at: Tick) {
    let mut listed = BTreeSet::new();
    state.users.for_each(|id, user| {
        assert!(user.sessions.len() <= ACTIVE_MAX && user.ended.len() <= ENDED_MAX, "sessions of {id}");
        let row = |session: &Digest| -> &Session {
            let row = state.sessions.get(session).filter(|row| row.user == *id);
            row.unwrap_or_else(|| bug!("{id} lists session {session}, which is not theirs"))
        };
        for session in user.sessions.iter().chain(&user.ended) {
            assert!(listed.insert(*session), "session {session} is listed twice");
            assert!(user.created <= row(session).since, "{session} is older than {id}");
        }
        assert!(user.sessions.is_sorted_by_key(|session| row(session).since), "{id} lists by age");
        assert!(user.sessions.iter().all(|session| row(session).ended == Ended::No), "{id}'s sessions did not end");
        assert!(!user.ended.iter().any(|session| row(session).active(at)), "{id}'s ended sessions did");
    });
    assert_eq!(listed.len() as u64, state.sessions.rows(), "every session is listed once");
    state.sessions.for_each(|id, row| {
        let Session { newest, since, until, window, .. } = *row;
        assert!(since.get() <= at && since < until, "{id} is open from {since} to {until}");
        assert!(TTL_MS.contains(&(until.get() - since.get())), "{id} lives from {since} to {until}");
        assert!(window.fits(newest), "{window} does not mark {newest}, the newest of {id}");
    });
}

/// What the rows of users say of their wallets, codes and points.
fn users(state: &State, at: Tick) {
    let (mut points, total) = (0, state.issued.get(&Only).map_or(0, |issued| issued.total_micro.get()));
    state.users.for_each(|id, user| {
        let User { account, closed, coherence_ppm, created, epoch_micro, loops, points_micro, .. } = user;
        assert_eq!(*id, UserId::of(account), "the user of {account}");
        assert!(created.get() <= at, "{id} came at {created}, after the last entry");
        assert!(state.codes.get(&Code::of(id)).is_some(), "the code of {id} is somebody's");
        assert!(coherence_ppm.get() < PPM, "coherence of {id}");
        assert!(*loops > Int::ZERO || (*coherence_ppm, *points_micro) == (Int::ZERO, Int::ZERO), "{id} has no loop");
        assert!(closed <= loops, "{id} invited in {closed} of {loops} closed referrals");
        assert!(epoch_micro <= points_micro, "{id} got {epoch_micro} of {points_micro} in an epoch");
        points += points_micro.get();
    });
    assert_eq!(points, total, "points issued");
    state.codes.for_each(|code, row| {
        state.assert_user(row.user, "a code");
        assert_eq!(*code, Code::of(&row.user), "the code of {}", row.user);
    });
}

/// Referrals are between users, form no circle, and are counted on both sides once they close.
fn referrals(state: &State, at: Tick) {
    let (mut invited, mut part): (BTreeMap<UserId, u64>, BTreeMap<UserId, u64>) = Default::default();
    state.referrals.for_each(|id, row| {
        let (user, owner) = (state.assert_user(*id, "a referral"), state.assert_user(row.owner, "a referral"));
        assert!(user.created <= row.at && row.at.get() <= at, "{id} used a code at {}", row.at);
        assert_eq!(row.closed, row.from_owner && row.from_user, "{id}'s referral");
        assert!(!row.from_user || user.messaged, "{id} wrote to {}", row.owner);
        assert!(!row.from_owner || owner.messaged, "{} wrote to {id}", row.owner);
        if row.closed {
            *invited.entry(row.owner).or_default() += 1;
            [*id, row.owner].into_iter().for_each(|one| *part.entry(one).or_default() += 1);
        }
        let above = core::iter::successors(Some(row.owner), |one| state.referrals.get(one).map(|row| row.owner));
        assert!(
            above.take(1 + state.referrals.rows() as usize).all(|one| one != *id),
            "{id} is among the own referrers"
        );
    });
    let of = |counts: &BTreeMap<UserId, u64>, id: &UserId| counts.get(id).copied().unwrap_or_default();
    state.users.for_each(|id, user| {
        assert_eq!(
            (user.closed.get(), user.loops.get()),
            (of(&invited, id), of(&part, id)),
            "closed referrals of {id}"
        );
    });
}

/// Users have the device keys that they added last, and those who invited them know which.
fn circles(state: &State) {
    let (mut own, mut joined): (BTreeSet<_>, BTreeMap<_, u64>) = Default::default();
    state.users.for_each(|id, user| {
        assert!(user.devices > Int::ZERO, "{id} has a device key since the first LOGIN");
        let at = At::new(*id);
        for key in device::of_user(&state.devices, &state.users, &at) {
            assert!(own.insert((*id, key)), "{id} has {key} twice");
            state.referrals.inviter(&at).into_iter().for_each(|owner| *joined.entry((owner, key)).or_default() += 1);
        }
    });
    assert_eq!(own.len() as u64, state.devices.rows(), "a row a device key, at most {DEVICES_MAX} a user");
    let known: BTreeSet<_> = own.iter().chain(joined.keys()).copied().collect();
    state.circles.for_each(|Of(id, key), row| {
        let users = joined.get(&(*id, *key)).copied().unwrap_or_default();
        assert_eq!((row.own, row.users.get()), (own.contains(&(*id, *key)), users), "{key} in the circle of {id}");
        assert!(row.own || users > 0, "the row of {key} in the circle of {id} says something");
    });
    assert_eq!(state.circles.rows(), known.len() as u64, "a row a device key in a circle");
}

/// Profiles and what was erased are users'; what a profile says was erased is among that.
fn profiles(state: &State, at: Tick) {
    state.profiles.for_each(|id, row| {
        state.assert_user(*id, "a profile");
        state.assert_written(*id, &row.session, row.counter, None);
        let erased = || state.erased.get(&Of(*id, row.blob.sha256())).is_some();
        assert!(!row.erased || erased(), "{id} cannot put the profile again that was erased");
    });
    state.erased.for_each(|Of(id, digest), row| {
        assert!(state.profiles.get(id).is_some(), "{id} erased {digest} and never had a profile");
        assert!(row.at.get() <= at, "{id} erased {digest} at {}, after the last entry", row.at);
    });
}

/// Chat keys are of devices that have a session which did not leave.
fn chat_keys(state: &State) {
    state.chat_keys.for_each(|Of(id, key), row| {
        let user = state.assert_user(*id, "chat keys");
        let is_open = |session: &Digest| state.sessions.get(session).is_some_and(|row| row.device_key == *key);
        assert!(user.sessions.iter().any(is_open), "device {key} of {id} is out, and its chat keys are not");
        state.assert_written(*id, &row.session, row.counter, Some(*key));
    });
}

/// Counts are of somebody.
fn guards(state: &State) {
    state.guards.for_each(|counted, row| {
        let Counted(name, subject) = counted;
        assert!(row.count > Int::ZERO, "{counted} counts something");
        assert_eq!(subject.per(), name.per(), "whom {counted} counts");
        match subject {
            Subject::User(user) => drop(state.assert_user(*user, "a count")),
            Subject::All => {}
            Subject::Code(code) => assert!(state.codes.get(code).is_some(), "{counted} counts no code"),
        }
    });
}
