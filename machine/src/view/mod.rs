//! Views: what only readers need, folded over (entry, effects). Rebuilt at will from the ledger, never hashed.
//!
//! Every cursor is an entry's seq, so it stays good for ever: what comes later never moves what a reader has passed.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::{String, ToString as _},
    vec::Vec,
};

use crate::{
    bug,
    kernel::{Digest, Entry, PublicKey},
    trust::{
        Body, Effect, Event, Intent, Trust, UserId,
        chat::KeysPublished,
        effect::{KeysChanged, MessageRelayed, ProfileChanged, ReferralUsed},
        types::Blob,
    },
};

/// What readers look up and no rule does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// By address or key, as a LOGIN names it.
    addresses: BTreeMap<String, UserId>,
    /// The chat keys that a device published last. The state forgets them with its sessions; who reads old messages does not.
    devices: BTreeMap<(UserId, PublicKey), KeysPublished>,
    /// Each user's threads by the seq of their last message.
    inboxes: BTreeMap<UserId, BTreeMap<u64, Digest>>,
    invited: BTreeMap<UserId, Vec<Invited>>,
    /// All messages in ledger order; the maps below hold positions in it.
    messages: Vec<Relayed>,
    of_users: BTreeMap<UserId, Vec<usize>>,
    of_threads: BTreeMap<Digest, Vec<usize>>,
    /// Each user's current profile.
    profiles: BTreeMap<UserId, Blob>,
    /// To whom a user sent a blob with a MESSAGE, by digest and user.
    sent: BTreeMap<(Digest, UserId), BTreeSet<UserId>>,
}

/// A message that passed, as both its parties find it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relayed {
    /// The device that sent it.
    pub device_key: PublicKey,
    /// The seq of its entry: a cursor that stays valid for ever.
    pub seq: u64,
    /// The message's envelope.
    pub message: MessageRelayed,
}

/// Somebody who used a user's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invited {
    /// The entry of the REFERRAL_USE.
    pub seq: u64,
    /// Who.
    pub user: UserId,
}

/// A thread as one of its two parties finds it in the inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thread<'a> {
    /// Its last message.
    pub last: &'a Relayed,
    /// How many messages it has.
    pub messages: usize,
    /// The other party.
    pub with: UserId,
}

impl View {
    /// Takes the next entry; gives the blob of whom nothing refers to any more, if that is what it brought about.
    pub fn fold(&mut self, entry: &Entry<Trust>) -> Option<(UserId, Blob)> {
        let seq = entry.stamp.seq;
        if let Event::Login(login) = &entry.event {
            self.addresses.insert(login.account().to_string(), login.user());
        }
        let mut unreferred = None;
        for effect in &entry.effects {
            if let Effect::MessageRelayed(message) = effect {
                self.message(seq, message, &entry.event);
            } else if let Effect::KeysChanged(KeysChanged { user, .. }) = effect {
                self.device(*user, &entry.event);
            } else if let Effect::ProfileChanged(changed) = effect {
                unreferred = self.profile(changed);
            } else if let Effect::ReferralUsed(ReferralUsed { owner, user, .. }) = effect {
                self.invited.entry(*owner).or_default().push(Invited { seq, user: *user });
            }
        }
        unreferred
    }

    /// The user of an address (`0x` and 40 lower-case hex digits) or of an Ed25519 key (64), if it ever logged in.
    #[must_use]
    pub fn user_of(&self, address: &str) -> Option<UserId> {
        self.addresses.get(address).copied()
    }

    /// A user's threads whose last message stands before entry `before` (all if none), at most `limit`, newest first. The seq of
    /// the last one's last message is the cursor of the next page; a thread that gets a message meanwhile is at the top again.
    pub fn inbox(&self, user: UserId, before: Option<u64>, limit: usize) -> impl Iterator<Item = Thread<'_>> {
        let threads = self.inboxes.get(&user).map(|threads| threads.range(..before.unwrap_or(u64::MAX)));
        threads.into_iter().flatten().rev().take(limit).filter_map(move |(_, thread)| {
            let positions = self.of_threads.get(thread)?;
            let last = self.messages.get(*positions.last()?)?;
            let MessageRelayed { from, to, .. } = last.message;
            Some(Thread { last, messages: positions.len(), with: if from == user { to } else { from } })
        })
    }

    /// A thread's messages from entry `after` + 1 on (all if none), at most `limit`, oldest first.
    pub fn thread(&self, thread: &Digest, after: Option<u64>, limit: usize) -> impl Iterator<Item = &Relayed> {
        self.page(self.of_threads.get(thread), after, limit)
    }

    /// A user's messages, sent and received, from entry `after` + 1 on (all if none), at most `limit`, oldest first.
    pub fn messages(&self, user: UserId, after: Option<u64>, limit: usize) -> impl Iterator<Item = &Relayed> {
        self.page(self.of_users.get(&user), after, limit)
    }

    /// Everybody who used a user's code, in ledger order.
    #[must_use]
    pub fn invited(&self, owner: UserId) -> &[Invited] {
        self.invited.get(&owner).map_or(&[], Vec::as_slice)
    }

    /// The chat keys that a device of a user published last, also after its sessions ended: for whoever reads what it sent.
    #[must_use]
    pub fn keys(&self, user: UserId, device_key: PublicKey) -> Option<&KeysPublished> {
        self.devices.get(&(user, device_key))
    }

    /// Whether a user's profile or messages refer to a blob of that user.
    #[must_use]
    pub fn refers(&self, owner: UserId, sha256: &Digest) -> bool {
        self.shows(owner, sha256) || self.sent.contains_key(&(*sha256, owner))
    }

    /// Whether somebody may read a user's copy of a blob: a current profile is for all, a message's for its two ends.
    #[must_use]
    pub fn may_read(&self, reader: UserId, owner: UserId, sha256: &Digest) -> bool {
        let sent = self.sent.get(&(*sha256, owner)).is_some_and(|to| to.contains(&reader));
        reader == owner || sent || self.shows(owner, sha256)
    }

    fn shows(&self, owner: UserId, sha256: &Digest) -> bool {
        self.profiles.get(&owner).is_some_and(|blob| blob.sha256() == *sha256)
    }

    fn page(&self, positions: Option<&Vec<usize>>, after: Option<u64>, limit: usize) -> impl Iterator<Item = &Relayed> {
        let all = positions.map_or(&[] as &[usize], Vec::as_slice);
        let from = after.map_or(0, |after| all.partition_point(|at| self.messages[*at].seq <= after));
        all[from..].iter().take(limit).map(|at| &self.messages[*at])
    }

    fn message(&mut self, seq: u64, message: &MessageRelayed, event: &Event) {
        let MessageRelayed { blob, from, thread, to } = *message;
        let Event::Intent(Intent { key: device_key, .. }) = *event else {
            bug!("entry {seq} relays a message of nobody")
        };
        let before = self.of_threads.get(&thread).and_then(|at| Some(self.messages.get(*at.last()?)?.seq));
        let at = self.messages.len();
        self.messages.push(Relayed { device_key, seq, message: message.clone() });
        self.sent.entry((blob.sha256(), from)).or_default().insert(to);
        self.of_threads.entry(thread).or_default().push(at);
        for party in [from, to] {
            self.of_users.entry(party).or_default().push(at);
            let inbox = self.inboxes.entry(party).or_default();
            before.map(|before| inbox.remove(&before));
            inbox.insert(seq, thread);
        }
    }

    /// Notes a profile; gives the blob that it no longer shows, unless a message refers to that.
    fn profile(&mut self, changed: &ProfileChanged) -> Option<(UserId, Blob)> {
        let ProfileChanged { blob, erased, user } = *changed;
        let before = if erased { self.profiles.remove(&user) } else { self.profiles.insert(user, blob) };
        before.filter(|before| !self.refers(user, &before.sha256())).map(|before| (user, before))
    }

    fn device(&mut self, user: UserId, event: &Event) {
        let Event::Intent(Intent { body: Body::KeysPublished(keys), key: device_key, .. }) = event else {
            bug!("{user} publishes chat keys without publishing any")
        };
        self.devices.insert((user, *device_key), keys.clone());
    }
}
