//! Why: what a reward followed from, why a session may act or not, and what a referral still waits for. Folded over the ledger's
//! lines, by the rules that were in force at each of them; every number is recomputed, none is remembered by hand. [`Proven`]
//! sets the entries themselves beside an explanation, with a proof of each that needs nothing but the log's key.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use serde::Serialize;

use super::{
    effect::{Effect, RewardGranted},
    event::Event,
    limits::GuardExplained,
    machine::Trust,
    reward::PPM,
    ruleset::Ruleset,
    session::{Ended, Session},
    state::State,
    types::UserId,
};
use crate::{
    bug,
    kernel::{
        Digest, Entry, Int, Ledgered as _, PublicKey,
        entry::{BadLine, Ledger},
        note::NoteKey,
        table::{At, Only},
        tlog_proof::Prover,
    },
};

/// Why a reward was granted, and why so much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RewardExplained {
    /// The tick of its entry.
    pub at: Int,
    /// By the tier.
    pub base_micro: Int,
    /// base x coherence / (1,000,000 x divisor), floored.
    pub bonus: Bonus,
    /// What each cap left; the smallest bounds the grant.
    pub caps: Vec<Cap>,
    /// base + bonus - granted.
    pub capped_micro: Int,
    /// The entries that it follows from, the closing one last.
    pub causes: Vec<Cause>,
    /// The smallest of base + bonus and what the caps left.
    pub granted_micro: Int,
    /// The guards that the closing entry counted for, and passed.
    pub guards: Vec<GuardExplained>,
    /// Which of the user's closed referrals it is.
    pub n: Int,
    /// Who was invited.
    pub referred: UserId,
    /// The rule.
    pub rule: &'static str,
    /// The version of the ruleset in force at the closing entry.
    pub ruleset: Int,
    /// Up to which n the tier reaches; absent beyond the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<Int>,
    /// The reward's id.
    pub tx_id: Digest,
    /// Who got it.
    pub user: UserId,
}

impl RewardExplained {
    /// Does the sums again that the rules did: with these rules and what each cap left, the reward is what it says.
    fn assert_sums(&self, rules: &Ruleset) {
        let (base, divisor) = (self.base_micro.get(), u128::from(PPM) * u128::from(self.bonus.divisor.get()));
        let bonus = u128::from(base) * u128::from(self.bonus.coherence_ppm.get()) / divisor;
        assert_eq!(u128::from(self.bonus.micro.get()), bonus, "the bonus of {}", self.tx_id);
        let tier = rules.tiers.iter().find(|(limit, _)| Some(*limit) == self.tier);
        assert_eq!(base, tier.map_or(0, |(_, base)| base.get()), "the base of {} is that of its tier", self.tx_id);
        let whole = base + self.bonus.micro.get();
        let granted = self.caps.iter().map(Cap::left_micro).fold(whole, u64::min);
        assert_eq!(self.granted_micro.get(), granted, "{} is what the caps left of {whole}", self.tx_id);
        assert_eq!(self.capped_micro.get(), whole - granted, "what is not granted of {} was capped", self.tx_id);
        assert_eq!(self.ruleset, rules.version, "{} was granted by the ruleset in force", self.tx_id);
    }
}

/// A bonus and its arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Bonus {
    /// The user's coherence before the entry.
    pub coherence_ppm: Int,
    /// The ruleset's.
    pub divisor: Int,
    /// What comes of it.
    pub micro: Int,
}

/// A cap as the entry found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cap {
    /// The ruleset's, or the largest number of points that can be held.
    pub limit_micro: Int,
    /// `user` and `all` in the epoch, or `ever`.
    pub name: &'static str,
    /// What had been granted under it.
    pub used_micro: Int,
}

impl Cap {
    /// What it left.
    #[must_use]
    pub fn left_micro(&self) -> u64 {
        self.limit_micro.get().saturating_sub(self.used_micro.get())
    }
}

/// An entry that something follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// Its seq.
    pub seq: u64,
    /// Whose doing.
    pub user: UserId,
    /// LOGIN, REFERRAL_USE or MESSAGE.
    pub what: &'static str,
}

/// Why a session may act after an entry, or may not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SessionExplained {
    /// Whether it may act in the next entry, were that made in the same tick.
    pub active: bool,
    /// The entry after which this holds.
    pub after: u64,
    /// Who signs in it.
    pub device_key: PublicKey,
    /// How it ended before its time; empty if it did not.
    pub ended: &'static str,
    /// The entry that ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<u64>,
    /// The entry that opened it.
    pub opened_by: u64,
    /// Its id.
    pub session: Digest,
    /// The tick at which it ends by itself.
    pub until: Int,
    /// Whose it is.
    pub user: UserId,
}

/// How far a referral has come, and what it waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReferralExplained {
    /// Whether it closed.
    pub closed: bool,
    /// Who invited.
    pub owner: UserId,
    /// Who was invited.
    pub user: UserId,
    /// The entry of the REFERRAL_USE.
    pub used_by: u64,
    /// Who has yet to write to the other.
    pub waits_for: Vec<UserId>,
}

/// An explanation that names entries.
pub trait Explanation {
    /// The entries that it names.
    fn entries(&self) -> Vec<u64>;
}

impl Explanation for RewardExplained {
    fn entries(&self) -> Vec<u64> {
        self.causes.iter().map(|cause| cause.seq).collect()
    }
}

impl Explanation for SessionExplained {
    fn entries(&self) -> Vec<u64> {
        [self.opened_by].into_iter().chain(self.ended_by).collect()
    }
}

impl Explanation for ReferralExplained {
    fn entries(&self) -> Vec<u64> {
        Vec::from([self.used_by])
    }
}

/// An explanation with the entries that it names, proven.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proven<T> {
    /// What is explained.
    #[serde(flatten)]
    pub explained: T,
    /// Each entry that it names and that is under a checkpoint.
    pub proofs: Vec<Evidence>,
}

/// An entry and the proof that it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The entry's line.
    pub entry: String,
    /// Its C2SP `tlog-proof`.
    pub proof: String,
    /// Its seq.
    pub seq: u64,
}

impl<T: Explanation> Proven<T> {
    /// Sets the entries that are under a checkpoint beside an explanation; none, without one. `lines` are those of the ledger that
    /// the explanation and the checkpoint are of.
    ///
    /// # Panics
    /// If they are not: an entry that is proven is not among them.
    pub fn new(explained: T, lines: &[Vec<u8>], prover: Option<&Prover>) -> Self {
        let evidence = |seq: u64| {
            let proof = prover?.prove(seq)?.text();
            Some(Evidence { entry: entry_of(lines, seq), proof, seq })
        };
        let proofs = explained.entries().into_iter().filter_map(evidence).collect();
        Self { explained, proofs }
    }
}

/// A line of a ledger, which was read as an entry before.
fn entry_of(lines: &[Vec<u8>], seq: u64) -> String {
    let line = usize::try_from(seq).ok().and_then(|at| lines.get(at));
    let line = line.unwrap_or_else(|| bug!("entry {seq} is proven, and not one of {}", lines.len()));
    String::from_utf8(line.clone()).unwrap_or_else(|error| bug!("entry {seq} was read and is no text: {error}"))
}

/// What happened so far, as far as an explanation needs it.
#[derive(Debug, Default)]
pub struct Chronicle {
    ledger: Ledger<Trust>,
    logins: BTreeMap<UserId, u64>,
    uses: BTreeMap<UserId, u64>,
    /// The first message from one to the other since their referral's code was used.
    wrote: BTreeMap<(UserId, UserId), u64>,
    rewards: BTreeMap<Digest, RewardExplained>,
    /// Each session's opening entry, and the one that ended it before its time.
    sessions: BTreeMap<Digest, (u64, Option<u64>)>,
}

impl Chronicle {
    /// Takes the ledger's next line.
    ///
    /// # Errors
    /// [`BadLine`] if it is not.
    pub fn read(&mut self, line: &[u8]) -> Result<(), BadLine> {
        let before = self.ledger.state.clone();
        let entry = self.ledger.replay(line)?;
        entry.effects.iter().for_each(|effect| self.take(&before, &entry, effect));
        Ok(())
    }

    /// The log's name, and the key that signs its next checkpoint; none before the genesis entry. No key comes into force that cannot
    /// sign, and no name that a note cannot have.
    #[must_use]
    pub fn log_key(&self) -> Option<NoteKey> {
        let settings = Trust::settings(&self.ledger.state)?;
        let key = NoteKey::new(settings.origin, settings.log_key);
        Some(key.unwrap_or_else(|error| bug!("{} signs no notes: {error}", settings.origin)))
    }

    /// How many lines were read.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.ledger.head.size
    }

    /// A reward, by its id.
    #[must_use]
    pub fn reward(&self, tx_id: &Digest) -> Option<&RewardExplained> {
        self.rewards.get(tx_id)
    }

    /// Every reward so far, by id.
    pub fn rewards(&self) -> impl Iterator<Item = &RewardExplained> {
        self.rewards.values()
    }

    /// A session as the last line left it; none if there never was one of this id, or if the state forgot it.
    #[must_use]
    pub fn session(&self, id: &Digest) -> Option<SessionExplained> {
        let row = self.ledger.state.sessions.get(id)?;
        let known =
            self.sessions.get(id).unwrap_or_else(|| bug!("session {id} stands in the state, and no entry opened it"));
        let Session { device_key, ended, until, user, .. } = *row;
        let ((opened_by, ended_by), after) = (*known, self.ledger.head.size - 1);
        assert_eq!(ended_by.is_some(), ended != Ended::No, "session {id} ended with the entry that said so");
        assert!(ended_by.is_none_or(|by| opened_by < by && by <= after), "{ended_by:?} ends what {opened_by} opened");
        Some(SessionExplained {
            active: row.active(self.ledger.head.at),
            after,
            device_key,
            ended: ended.text(),
            ended_by,
            opened_by,
            session: *id,
            until,
            user,
        })
    }

    /// The referral of a user who was invited, as the last line left it.
    #[must_use]
    pub fn referral(&self, user: UserId) -> Option<ReferralExplained> {
        let row = self.ledger.state.referrals.get(&user)?;
        let missing = [(row.from_owner, row.owner), (row.from_user, user)];
        let waits_for: Vec<UserId> = missing.into_iter().filter(|(written, _)| !written).map(|(_, who)| who).collect();
        assert_eq!(row.closed, waits_for.is_empty(), "the referral of {user} is closed once it waits for nobody");
        let used_by = *self.uses.get(&user).unwrap_or_else(|| bug!("{user} was invited by no entry"));
        Some(ReferralExplained { closed: row.closed, owner: row.owner, user, used_by, waits_for })
    }

    fn take(&mut self, before: &State, entry: &Entry<Trust>, effect: &Effect) {
        let seq = entry.stamp.seq;
        if let Effect::SessionOpened(opened) = effect {
            self.logins.entry(opened.user).or_insert(seq);
            let known = self.sessions.insert(opened.session, (seq, None));
            assert_eq!(known, None, "entry {seq} opens session {}, which was open before", opened.session);
        } else if let Effect::SessionClosed(closed) = effect {
            let known = self.sessions.get_mut(&closed.session);
            let known = known.unwrap_or_else(|| bug!("entry {seq} closes a session that no entry opened"));
            let before = known.1.replace(seq);
            assert_eq!(before, None, "entry {seq} closes session {}, which was closed before", closed.session);
        } else if let Effect::ReferralUsed(used) = effect {
            let before = self.uses.insert(used.user, seq);
            assert_eq!(before, None, "{} is invited once, not in entry {seq} again", used.user);
            self.wrote.remove(&(used.user, used.owner));
            self.wrote.remove(&(used.owner, used.user));
        } else if let Effect::MessageRelayed(message) = effect {
            self.wrote.entry((message.from, message.to)).or_insert(seq);
        } else if let Effect::RewardGranted(reward) = effect {
            let explained = self.explain(before, entry, reward);
            let before = self.rewards.insert(reward.tx_id, explained);
            assert_eq!(before, None, "entry {seq} grants what was granted before");
        }
    }

    fn explain(&self, before: &State, entry: &Entry<Trust>, reward: &RewardGranted) -> RewardExplained {
        let rules = before.ruleset.in_force();
        let RewardGranted { base_micro, bonus_micro, capped_micro, coherence_ppm, granted_micro, n, referred, .. } =
            *reward;
        let explained = RewardExplained {
            at: Int::exact(entry.stamp.at),
            base_micro,
            bonus: Bonus { coherence_ppm, divisor: rules.bonus_divisor, micro: bonus_micro },
            caps: caps(before, rules, reward),
            capped_micro,
            causes: self.causes(reward),
            granted_micro,
            guards: guards(before, entry),
            n,
            referred,
            rule: reward.rule,
            ruleset: reward.ruleset,
            tier: rules.tiers.iter().map(|(limit, _)| *limit).find(|limit| n <= *limit),
            tx_id: reward.tx_id,
            user: reward.user,
        };
        explained.assert_sums(rules);
        let last = explained.causes.last().map(|cause| (cause.what, cause.seq));
        assert_eq!(last, Some(("MESSAGE", entry.stamp.seq)), "the last cause is the entry itself");
        explained
    }

    /// Two logins, the use of the code, and the first message each way since.
    fn causes(&self, reward: &RewardGranted) -> Vec<Cause> {
        let (owner, user) = (reward.user, reward.referred);
        let known = [
            (self.logins.get(&owner), owner, "LOGIN"),
            (self.logins.get(&user), user, "LOGIN"),
            (self.uses.get(&user), user, "REFERRAL_USE"),
            (self.wrote.get(&(owner, user)), owner, "MESSAGE"),
            (self.wrote.get(&(user, owner)), user, "MESSAGE"),
        ];
        let mut causes = Vec::from(known.map(|(seq, user, what)| {
            let seq = *seq.unwrap_or_else(|| bug!("no {what} of {user} went before reward {}", reward.tx_id));
            Cause { seq, user, what }
        }));
        causes.sort_by_key(|cause| cause.seq);
        assert!(
            causes.windows(2).all(|pair| pair[0].seq < pair[1].seq),
            "each cause is an entry of its own: {causes:?}"
        );
        causes
    }
}

/// The guards as the closing entry found them.
fn guards(before: &State, entry: &Entry<Trust>) -> Vec<GuardExplained> {
    let Event::Intent(intent) = &entry.event else {
        bug!("entry {} grants a reward and is no intent", entry.stamp.seq)
    };
    let session = before.sessions.get(&intent.session);
    let user = session.unwrap_or_else(|| bug!("session {} acts and is not there", intent.session)).user;
    intent.body.guards(before, &entry.stamp, user)
}

/// The caps as the entry found them.
fn caps(before: &State, rules: &Ruleset, reward: &RewardGranted) -> Vec<Cap> {
    let user = before.users.known(&At::new(reward.user));
    let issued = before.issued.get(&Only).cloned().unwrap_or_default();
    let in_epoch = |epoch: Int, micro: Int| if epoch == reward.epoch { micro } else { Int::ZERO };
    let mine = in_epoch(user.epoch, user.epoch_micro);
    let ever = user.points_micro.max(issued.total_micro);
    Vec::from([
        Cap { limit_micro: rules.user_cap_micro, name: "user", used_micro: mine },
        Cap { limit_micro: rules.mint_cap_micro, name: "all", used_micro: in_epoch(issued.epoch, issued.epoch_micro) },
        Cap { limit_micro: Int::MAX, name: "ever", used_micro: ever },
    ])
}
