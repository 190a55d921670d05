//! A naive second machine: the rules once more, in plain maps and whole scans, written to be obviously right and not fast.
//!
//! It shares the event types with the real machine and nothing else: no tables, no plans, no shortcuts. After every entry the
//! two must agree on the effects (or the refusal) and on everybody's points and coherence.

use std::collections::BTreeMap;

use machine::{
    kernel::{Digest, Int, PublicKey, Stamp},
    trust::{
        Body, Event, Intent, OperatorBody, OperatorIntent, UserId,
        curves::{Arithmetic as _, Curves},
        login::{Login, LoginBody},
        reward::tx_id,
        ruleset::{Guard, Ruleset},
        types::{Blob, Code, Right, Stage, Which},
    },
};
use serde_json::{Value, json};

type Effects = Vec<Value>;
type Verdict = Result<Effects, &'static str>;

/// A user, as rules see one.
#[derive(Clone, Default)]
struct Person {
    code: Option<Code>,
    first_login: u64,
    /// Every device key that was added, in order; only the last 64 count.
    devices: Vec<PublicKey>,
    /// The sessions that left, in order; the last 16 are remembered.
    left: Vec<Digest>,
    has_sent: bool,
    /// (epoch, micropoints) of each reward.
    rewards: Vec<(u64, u64)>,
    /// In ppm, by the ruleset that was in force when a referral closed last.
    coherence: u64,
}

struct Session {
    user: UserId,
    device: PublicKey,
    until: u64,
    rights: machine::trust::types::Scope,
    counters: Vec<u64>,
    /// Which LOGIN it goes back to, counted over all: a rotated session keeps its age.
    age: usize,
    ended: bool,
}

impl Person {
    /// The device keys that count.
    fn counted(&self) -> &[PublicKey] {
        &self.devices[self.devices.len().saturating_sub(64)..]
    }

    fn add_device(&mut self, key: PublicKey) {
        if !self.counted().contains(&key) {
            self.devices.push(key);
        }
    }
}

impl Session {
    fn active(&self, at: u64) -> bool {
        !self.ended && at < self.until
    }
}

struct Invitation {
    owner: UserId,
    user_wrote: bool,
    owner_wrote: bool,
    closed: bool,
}

/// The naive machine: everything that ever happened, in lists.
#[derive(Default)]
pub struct Naive {
    origin: String,
    rules: Option<Ruleset>,
    /// (tick, hash) of every entry so far; the hash comes with the next stamp.
    entries: Vec<(u64, Digest)>,
    people: BTreeMap<UserId, Person>,
    sessions: BTreeMap<Digest, Session>,
    /// By who was invited.
    invitations: BTreeMap<UserId, Invitation>,
    /// The window of every counted entry, by guard and subject, as long as windows were then.
    counted: BTreeMap<(&'static str, String), Vec<u64>>,
    /// (epoch, micropoints) of every reward, as long as epochs were then.
    rewards: Vec<(u64, u64)>,
    /// (what, session, counter) of every write that can go stale.
    written: BTreeMap<String, (Digest, u64)>,
    /// Profiles that are not erased.
    profiles: BTreeMap<UserId, Blob>,
    stage: Stage,
    /// The operator's key and last counter, and the log's key.
    operator: Option<(PublicKey, u64, PublicKey)>,
    logins: usize,
    /// (expires_at, id) of the LOGINs that could come again.
    replayable: Vec<(u64, Digest)>,
}

impl Naive {
    /// Everybody's micropoints and coherence in ppm.
    #[must_use]
    pub fn balances(&self) -> BTreeMap<UserId, (u64, u64)> {
        self.people.keys().map(|user| (*user, (self.points(*user), self.coherence(*user)))).collect()
    }

    /// What the event does: its effects, or the code of its refusal. `stamp.prev` names the entry before.
    ///
    /// # Errors
    /// The code of the refusal; nothing changed then.
    pub fn apply(&mut self, stamp: &Stamp, event: &Event) -> Verdict {
        if let Some(last) = self.entries.last_mut() {
            last.1 = stamp.prev;
        }
        let expired = self.expired_logins(stamp.at);
        let effects = match event {
            Event::Genesis(genesis) => {
                self.origin = genesis.origin.to_string();
                self.rules = Some(genesis.ruleset.clone());
                self.operator = Some((genesis.operator_key, 0, genesis.log_key));
                Vec::new()
            }
            Event::Login(login) => self.login(stamp, login, &expired)?,
            Event::Intent(intent) => self.intent(stamp, intent)?,
            Event::Operator(intent) => self.operate(intent)?,
        };
        self.entries.push((stamp.at, Digest::ZERO));
        self.replayable.retain(|login| !expired.contains(login));
        Ok(effects)
    }

    /// The first four LOGINs that have expired: every entry forgets so many.
    fn expired_logins(&self, at: u64) -> Vec<(u64, Digest)> {
        let mut expired: Vec<_> = self.replayable.iter().filter(|(expires_at, _)| *expires_at <= at).copied().collect();
        expired.sort_unstable();
        expired.truncate(4);
        expired
    }

    fn rules(&self) -> Ruleset {
        self.rules.clone().unwrap_or_else(Ruleset::first)
    }

    fn login(&mut self, stamp: &Stamp, login: &Login, forgotten: &[(u64, Digest)]) -> Verdict {
        let LoginBody { anchor, issued_at, expires_at, ttl, device_key, scope, .. } = login.body();
        let (at, user, id) = (stamp.at, login.user(), login.id(&self.origin));
        let this = (expires_at.get(), id);
        let known = self.replayable.contains(&this) && !forgotten.contains(&this);
        let first = !self.people.contains_key(&user);
        let mut guards = vec![("rate_user", user.to_string()), ("rate_sessions", user.to_string())];
        if first {
            guards.push(("rate_first_logins", "all".to_string()));
        }
        let lifetime = i128::from(expires_at.get()) - i128::from(issued_at.get());
        let checks = [
            (known || self.sessions.contains_key(&id), "session_exists"),
            (self.refuses(at, &guards, "rate_user"), "rate_user"),
            (self.refuses(at, &guards, "rate_first_logins"), "rate_first_logins"),
            (self.refuses(at, &guards, "rate_sessions"), "rate_sessions"),
            (!self.good_anchors(at).contains(anchor), "anchor_unknown"),
            (issued_at.get() > at + 60_000, "issued_in_future"),
            (at >= expires_at.get(), "expired"),
            (lifetime <= 0 || lifetime > 600_000, "lifetime"),
            (ttl.get() < 60_000 || ttl.get() > 30 * 86_400_000, "ttl"),
        ];
        first_failure(&checks)?;
        let mut effects = self.aegis(at, &guards)?;
        self.count(at, &guards);
        let person = self.people.entry(user).or_insert_with(|| {
            let code = Some(Code::of(&user));
            Person { code, first_login: at, ..Person::default() }
        });
        person.add_device(*device_key);
        self.expire(user, at);
        self.replayable.push(this);
        let active = |(_, session): &(&Digest, &Session)| session.user == user && session.active(at);
        if self.sessions.iter().filter(active).count() >= 16 {
            let oldest = self.sessions.iter().filter(active).min_by_key(|(_, session)| session.age);
            effects.extend(oldest.map(|(id, _)| *id).map(|id| self.close(id, "evicted", None)));
        }
        self.logins += 1;
        let (until, age) = (at + ttl.get(), self.logins);
        effects.push(json!({
            "kind": "SessionOpened", "device_key": device_key, "first": first, "scope": scope, "session": id,
            "until": until, "user": user,
        }));
        let session =
            Session { user, device: *device_key, until, rights: *scope, counters: Vec::new(), age, ended: false };
        self.sessions.insert(id, session);
        self.forget_sessions(user);
        Ok(effects)
    }

    /// Lets the sessions of a user leave that have expired, the oldest login first.
    fn expire(&mut self, user: UserId, at: u64) {
        let left = &self.people[&user].left;
        let expired =
            |(id, session): &(&Digest, &Session)| session.user == user && !session.active(at) && !left.contains(id);
        let mut gone: Vec<_> = self.sessions.iter().filter(expired).map(|(id, session)| (session.age, *id)).collect();
        gone.sort_unstable();
        self.leave(user, gone.into_iter().map(|(_, id)| id));
    }

    fn leave(&mut self, user: UserId, sessions: impl IntoIterator<Item = Digest>) {
        if let Some(person) = self.people.get_mut(&user) {
            person.left.extend(sessions);
        }
    }

    /// Of those that left, only the last 16 are remembered.
    fn forget_sessions(&mut self, user: UserId) {
        let left = &self.people[&user].left;
        left[..left.len().saturating_sub(16)].iter().for_each(|id| {
            self.sessions.remove(id);
        });
    }

    /// Ends a session before its time.
    fn close(&mut self, id: Digest, cause: &str, reason: Option<String>) -> Value {
        let mut effect = json!({ "kind": "SessionClosed", "cause": cause, "session": id });
        if let Some(session) = self.sessions.get_mut(&id) {
            session.ended = true;
            let user = session.user;
            effect["user"] = json!(user);
            self.leave(user, [id]);
        }
        if let Some(reason) = reason.filter(|reason| !reason.is_empty()) {
            effect["reason"] = json!(reason);
        }
        effect
    }

    fn operate(&mut self, intent: &OperatorIntent) -> Verdict {
        let (key, counter, log) = self.operator.ok_or("genesis")?;
        let next = intent.counter.get();
        first_failure(&[
            (key != intent.key, "wrong_key"),
            (next <= counter, "counter_used"),
            (next > counter + 1, "counter_ahead"),
        ])?;
        let effect = match &intent.body {
            OperatorBody::RulesetActivated(body) => {
                let version = Int::saturating(self.rules().version.get() + 1);
                first_failure(&[(body.ruleset.check(version).is_err(), "ruleset_invalid")])?;
                self.rules = Some(body.ruleset.clone());
                json!({ "kind": "RulesetChanged", "version": version })
            }
            OperatorBody::AegisStaged(body) => {
                self.stage = body.stage;
                json!({ "kind": "StageChanged", "stage": body.stage })
            }
            OperatorBody::OperatorRotated(body) => {
                let replaced = if body.which == Which::Log { log } else { key };
                let (which, origin) = (body.which.text(), &self.origin);
                let signed = format!("qfs/operator/v1\n{origin}\n{which}\n{replaced}");
                let proves = Curves.ed25519(&body.key, signed.as_bytes(), &body.proof);
                first_failure(&[(!proves, "bad_proof")])?;
                let keys = if body.which == Which::Log { (key, counter, body.key) } else { (body.key, counter, log) };
                self.operator = Some(keys);
                json!({ "kind": "KeyRotated", "key": body.key, "which": which })
            }
        };
        self.operator = self.operator.map(|(key, _, log)| (key, next, log));
        Ok(vec![effect])
    }

    /// Every entry that opened its 10-second window, unless the next such entry is ten minutes old. Entries after the
    /// last one that opened a window change nothing, so the ages are those at the entry after the last opener.
    fn good_anchors(&self, at: u64) -> Vec<Digest> {
        let opens = |n: &usize| *n == 0 || self.entries[*n].0 / 10_000 != self.entries[*n - 1].0 / 10_000;
        let openers: Vec<usize> = (0..self.entries.len()).filter(opens).collect();
        let Some(last) = openers.last() else { return Vec::new() };
        let judged_at = self.entries.get(last + 1).map_or(at, |(at, _)| *at);
        let gone = |at_opener: usize| {
            let next = openers.get(at_opener + 1).map(|n| self.entries[*n].0);
            next.is_some_and(|next| next + 600_000 <= judged_at)
        };
        (0..openers.len()).filter(|n| !gone(*n)).map(|n| self.entries[openers[n]].1).collect()
    }

    fn intent(&mut self, stamp: &Stamp, intent: &Intent) -> Verdict {
        let user = self.judge_session(stamp.at, intent)?;
        let mut guards = vec![("rate_user", user.to_string())];
        match &intent.body {
            Body::Message(_) => guards.push(("messages", user.to_string())),
            Body::ReferralUse(body) => guards.push(("code_uses", body.code.to_string())),
            Body::SessionRotated(_) => guards.push(("rate_sessions", user.to_string())),
            Body::ProfileUpdated(_) | Body::KeysPublished(_) | Body::SessionRevoked(_) | Body::ProfileErased(_) => {}
        }
        let rules = self.rules();
        let full = |guard: &&Guard| self.over(stamp.at, &guards, guard.name.text());
        let refused = rules.guards.iter().filter(|guard| !guard.aegis).find(full);
        refused.map_or(Ok(()), |guard| Err(guard.name.text()))?;
        let aegis = self.aegis(stamp.at, &guards).is_err();
        let effects = self.act(stamp, user, intent, aegis)?;
        let effects = self.aegis(stamp.at, &guards)?.into_iter().chain(effects).collect();
        self.count(stamp.at, &guards);
        if let Some(session) = self.sessions.get_mut(&intent.session) {
            session.counters.push(intent.counter.get());
        }
        self.forget_sessions(user);
        Ok(effects)
    }

    /// What the body does; `aegis`: whether AEGIS refuses it, which is judged last.
    fn act(&mut self, stamp: &Stamp, user: UserId, intent: &Intent, aegis: bool) -> Verdict {
        Ok(match &intent.body {
            Body::SessionRotated(body) => {
                first_failure(&[(aegis, "aegis")])?;
                self.expire(user, stamp.at);
                let effects = vec![self.close(intent.session, "rotated", None)];
                self.rotate(intent, user, body.device_key, effects)
            }
            Body::SessionRevoked(body) => {
                let target = self.sessions.get(&body.session).filter(|session| session.user == user);
                let inactive = !target.ok_or("unknown_session")?.active(stamp.at);
                first_failure(&[(inactive, "session_inactive"), (aegis, "aegis")])?;
                vec![self.close(body.session, "revoked", Some(body.reason.to_string()))]
            }
            Body::ProfileErased(_) => {
                self.judge_write(&format!("profile {user}"), intent)?;
                first_failure(&[(!self.profiles.contains_key(&user), "no_profile"), (aegis, "aegis")])?;
                let blob = self.profiles.remove(&user);
                self.write(format!("profile {user}"), intent)?;
                vec![json!({ "kind": "ProfileChanged", "blob": blob, "erased": true, "user": user })]
            }
            Body::ProfileUpdated(body) => {
                self.judge_write(&format!("profile {user}"), intent)?;
                first_failure(&[(aegis, "aegis")])?;
                self.write(format!("profile {user}"), intent)?;
                self.profiles.insert(user, body.blob);
                vec![json!({ "kind": "ProfileChanged", "blob": body.blob, "erased": false, "user": user })]
            }
            Body::KeysPublished(body) => {
                self.judge_write(&format!("keys {user} {}", intent.key), intent)?;
                first_failure(&[(aegis, "aegis")])?;
                self.write(format!("keys {user} {}", intent.key), intent)?;
                vec![json!({
                    "kind": "KeysChanged", "device_key": intent.key, "identity_key": body.identity_key,
                    "prekey": body.prekey, "user": user,
                })]
            }
            Body::ReferralUse(body) => self.use_code(stamp.at, user, body.code, aegis)?,
            Body::Message(body) => {
                let known = self.people.contains_key(&body.to);
                let thread = machine::trust::chat::thread(user, body.to);
                first_failure(&[
                    (!known, "unknown_user"),
                    (body.to == user, "self_message"),
                    (body.thread != thread, "wrong_thread"),
                    (aegis, "aegis"),
                ])?;
                let relayed = json!({
                    "kind": "MessageRelayed", "blob": body.blob, "from": user, "thread": thread, "to": body.to,
                });
                self.message(stamp.at, &intent.id(&self.origin), user, body.to, relayed)
            }
        })
    }

    fn judge_session(&self, at: u64, intent: &Intent) -> Result<UserId, &'static str> {
        let session = self.sessions.get(&intent.session).ok_or("unknown_session")?;
        let itself = matches!(&intent.body, Body::SessionRevoked(body) if body.session == intent.session);
        let right = match &intent.body {
            Body::SessionRotated(_) | Body::SessionRevoked(_) => Right::Session,
            Body::ProfileUpdated(_) | Body::ProfileErased(_) => Right::Profile,
            Body::KeysPublished(_) | Body::Message(_) => Right::Chat,
            Body::ReferralUse(_) => Right::Referral,
        };
        let counter = intent.counter.get();
        let newest = session.counters.iter().max().copied().unwrap_or(0);
        first_failure(&[
            (session.device != intent.key, "wrong_key"),
            (!session.active(at), "session_inactive"),
            (!session.rights.allows(right) && !itself, "scope"),
            (counter + 63 < newest, "counter_old"),
            (session.counters.contains(&counter), "counter_used"),
            (counter > newest + 1_000_000, "counter_ahead"),
        ])?;
        Ok(session.user)
    }

    /// The session that takes another's place.
    fn rotate(&mut self, intent: &Intent, user: UserId, device: PublicKey, mut effects: Effects) -> Effects {
        let Some(old) = self.sessions.get(&intent.session) else { return effects };
        let id = intent.id(&self.origin);
        effects.push(json!({
            "kind": "SessionOpened", "device_key": device, "first": false, "scope": old.rights, "session": id,
            "until": old.until, "user": user,
        }));
        let session = Session { device, counters: Vec::new(), ended: false, ..*old };
        self.sessions.insert(id, session);
        if let Some(person) = self.people.get_mut(&user) {
            person.add_device(device);
        }
        effects
    }

    /// Refuses a write that comes after a newer one of the same session.
    fn judge_write(&self, what: &str, intent: &Intent) -> Result<(), &'static str> {
        let stale = self
            .written
            .get(what)
            .is_some_and(|(session, counter)| *session == intent.session && intent.counter.get() < *counter);
        first_failure(&[(stale, "stale")])
    }

    fn write(&mut self, what: String, intent: &Intent) -> Result<(), &'static str> {
        self.judge_write(&what, intent)?;
        self.written.insert(what, (intent.session, intent.counter.get()));
        Ok(())
    }

    /// What the guards of AEGIS say: advice, or a refusal, as the stage wants it.
    fn aegis(&self, at: u64, guards: &[(&'static str, String)]) -> Verdict {
        let rules = self.rules();
        let over = rules.guards.iter().filter(|guard| guard.aegis && self.over(at, guards, guard.name.text()));
        let subject = |name: &str| guards.iter().find(|(guard, _)| *guard == name).map(|(_, subject)| subject.clone());
        let advice = over.map(
            |guard| json!({ "kind": "Advised", "guard": guard.name.text(), "subject": subject(guard.name.text()) }),
        );
        let advice: Effects = advice.collect();
        match self.stage {
            Stage::Off => Ok(Vec::new()),
            Stage::Observe => Ok(advice),
            Stage::Enforce => first_failure(&[(!advice.is_empty(), "aegis")]).map(|()| Vec::new()),
        }
    }

    fn refuses(&self, at: u64, guards: &[(&'static str, String)], name: &str) -> bool {
        let plain = self.rules().guards.iter().any(|guard| guard.name.text() == name && !guard.aegis);
        plain && self.over(at, guards, name)
    }

    fn over(&self, at: u64, guards: &[(&'static str, String)], name: &str) -> bool {
        let Some((_, subject)) = guards.iter().find(|(guard, _)| *guard == name) else { return false };
        let rules = self.rules();
        rules.guards.iter().filter(|guard| guard.name.text() == name).any(|guard| {
            let window = at / guard.window_ms.get();
            let counted = self.counted.get(&(guard.name.text(), subject.clone())).map_or(&[][..], Vec::as_slice);
            // a window of another number begins at nothing, also if the number comes again
            let same = counted.iter().rev().take_while(|of| **of == window).count();
            same as u64 >= guard.max.get()
        })
    }

    fn count(&mut self, at: u64, guards: &[(&'static str, String)]) {
        for Guard { name, window_ms, .. } in self.rules().guards.clone() {
            if let Some((guard, subject)) = guards.iter().find(|(guard, _)| *guard == name.text()) {
                self.counted.entry((*guard, subject.clone())).or_default().push(at / window_ms.get());
            }
        }
    }

    fn inviter(&self, user: UserId) -> Option<UserId> {
        self.invitations.get(&user).map(|invitation| invitation.owner)
    }

    fn use_code(&mut self, at: u64, user: UserId, code: Code, aegis: bool) -> Verdict {
        let owner =
            self.people.iter().find(|(_, person)| person.code == Some(code)).ok_or("unknown_code")?.0.to_owned();
        let (rules, person) = (self.rules(), &self.people[&user]);
        let above: Vec<UserId> =
            std::iter::successors(self.inviter(owner), |below| self.inviter(*below)).take(257).collect();
        let closed = self.closed(owner);
        let circle = |other: &UserId| *other == owner || self.inviter(*other) == Some(owner);
        let shared = self
            .people
            .iter()
            .filter(|(_, other)| other.counted().iter().any(|device| person.counted().contains(device)))
            .any(|(other, _)| *other != user && circle(other));
        first_failure(&[
            (owner == user, "self_referral"),
            (self.inviter(user).is_some(), "already_referred"),
            (above.iter().take(256).any(|referrer| *referrer == user), "circular"),
            (above.len() > 256, "too_deep"),
            (person.has_sent || at >= person.first_login + rules.referral_window_ms.get(), "too_late"),
            (closed >= rules.last_tier().get(), "cap"),
            (shared, "duplicate_device"),
            (aegis, "aegis"),
        ])?;
        self.invitations.insert(user, Invitation { owner, user_wrote: false, owner_wrote: false, closed: false });
        Ok(vec![json!({ "kind": "ReferralUsed", "code": code, "owner": owner, "user": user })])
    }

    fn message(&mut self, at: u64, event: &Digest, from: UserId, to: UserId, relayed: Value) -> Effects {
        if let Some(person) = self.people.get_mut(&from) {
            person.has_sent = true;
        }
        let mut effects = vec![relayed];
        let user = if self.inviter(from) == Some(to) { from } else { to };
        let owner = if user == from { to } else { from };
        let Some(known) = self.invitations.get_mut(&user).filter(|known| known.owner == owner) else { return effects };
        known.user_wrote |= from == user;
        known.owner_wrote |= from == owner;
        if known.user_wrote && known.owner_wrote && !known.closed {
            known.closed = true;
            effects.extend(self.reward(at, event, user, owner));
        }
        effects
    }

    /// How many who used this owner's code have closed it.
    fn closed(&self, owner: UserId) -> u64 {
        self.invitations.values().filter(|known| known.owner == owner && known.closed).count() as u64
    }

    fn reward(&mut self, at: u64, event: &Digest, user: UserId, owner: UserId) -> Effects {
        let (rules, coherence) = (self.rules(), self.coherence(owner));
        let n = self.closed(owner);
        let base = rules.tiers.iter().find(|(limit, _)| n <= limit.get()).map_or(0, |(_, base)| base.get());
        let bonus = u128::from(base) * u128::from(coherence) / (1_000_000 * u128::from(rules.bonus_divisor.get()));
        let (bonus, epoch) = (bonus as u64, at / rules.epoch_ms.get());
        let in_epoch = |rewards: &[(u64, u64)]| -> u64 {
            rewards.iter().rev().take_while(|(of, _)| *of == epoch).map(|(_, micro)| micro).sum()
        };
        let own = in_epoch(&self.people[&owner].rewards);
        let user_room = rules.user_cap_micro.get() - own.min(rules.user_cap_micro.get());
        let minted = in_epoch(&self.rewards);
        let mint_room = rules.mint_cap_micro.get() - minted.min(rules.mint_cap_micro.get());
        let ever: u64 = self.rewards.iter().map(|(_, micro)| micro).sum();
        let points_room = ((1 << 53) - 1) - self.points(owner).max(ever);
        let granted = (base + bonus).min(user_room).min(mint_room).min(points_room);
        if let Some(person) = self.people.get_mut(&owner) {
            person.rewards.push((epoch, granted));
        }
        self.rewards.push((epoch, granted));
        vec![
            json!({ "kind": "ReferralClosed", "n": n, "owner": owner, "user": user }),
            json!({
                "kind": "RewardGranted", "base_micro": base, "bonus_micro": bonus,
                "capped_micro": base + bonus - granted, "coherence_ppm": coherence, "epoch": epoch,
                "granted_micro": granted, "n": n, "referred": user, "rule": "referral_closed",
                "ruleset": rules.version, "tx_id": tx_id(event, "referral_closed", owner), "user": owner,
            }),
            self.coherence_changed(owner),
            self.coherence_changed(user),
        ]
    }

    fn coherence_changed(&mut self, user: UserId) -> Value {
        let k = self.loops(user);
        let coherence = 1_000_000 * k / (k + self.rules().coherence_half.get());
        if let Some(person) = self.people.get_mut(&user) {
            person.coherence = coherence;
        }
        json!({ "kind": "CoherenceChanged", "coherence_ppm": self.coherence(user), "k": self.loops(user), "user": user })
    }

    fn loops(&self, user: UserId) -> u64 {
        let own = self.invitations.get(&user).is_some_and(|known| known.closed);
        self.closed(user) + u64::from(own)
    }

    fn coherence(&self, user: UserId) -> u64 {
        self.people.get(&user).map_or(0, |person| person.coherence)
    }

    fn points(&self, user: UserId) -> u64 {
        self.people.get(&user).map_or(0, |person| person.rewards.iter().map(|(_, micro)| micro).sum())
    }
}

fn first_failure(checks: &[(bool, &'static str)]) -> Result<(), &'static str> {
    checks.iter().find(|(fails, _)| *fails).map_or(Ok(()), |(_, code)| Err(code))
}
