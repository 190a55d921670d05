//! Views: what only readers need, folded over (entry, effects). Rebuilt at will from the ledger, never hashed.
//!
//! Every cursor is an entry's seq, so it stays good for ever: what comes later never moves what a reader has passed.

use alloc::{
    collections::BTreeMap,
    string::{String, ToString as _},
    vec::Vec,
};

use crate::{
    kernel::{Digest, Entry, PublicKey},
    trust::{
        Body, Effect, Event, Intent, Trust, UserId,
        effect::{KeysChanged, MessageRelayed, ReferralUsed},
        event::KeysPublished,
    },
};

/// What readers look up and no rule does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// By address or key, as a LOGIN names it.
    addresses: BTreeMap<String, UserId>,
    devices: BTreeMap<UserId, Vec<Device>>,
    /// Each user's threads by the seq of their last message.
    inboxes: BTreeMap<UserId, BTreeMap<u64, Digest>>,
    invited: BTreeMap<UserId, Vec<Invited>>,
    /// All messages in ledger order; the maps below hold positions in it.
    messages: Vec<Relayed>,
    of_users: BTreeMap<UserId, Vec<usize>>,
    of_threads: BTreeMap<Digest, Vec<usize>>,
}

/// The chat keys that a device published last. The state forgets them with its sessions; who reads old messages does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Signs for the device.
    pub device_key: PublicKey,
    /// What it published.
    pub keys: KeysPublished,
}

/// A message that passed, as both its parties find it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relayed {
    /// Its entry: a cursor that stays valid for ever.
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
    /// Takes the next entry.
    pub fn fold(&mut self, entry: &Entry<Trust>) {
        let seq = entry.stamp.seq;
        if let Event::Login(login) = &entry.event {
            self.addresses.insert(login.account.to_string(), UserId::of(&login.account));
        }
        for effect in &entry.effects {
            match effect {
                Effect::MessageRelayed(message) => self.message(seq, message),
                Effect::KeysChanged(KeysChanged { user, .. }) => self.device(*user, &entry.event),
                Effect::ReferralUsed(ReferralUsed { owner, user, .. }) => {
                    self.invited.entry(*owner).or_default().push(Invited { seq, user: *user });
                }
                Effect::Advised(_)
                | Effect::SessionOpened(_)
                | Effect::SessionClosed(_)
                | Effect::RulesetChanged(_)
                | Effect::StageChanged(_)
                | Effect::KeyRotated(_)
                | Effect::ProfileChanged(_)
                | Effect::ReferralClosed(_)
                | Effect::RewardGranted(_)
                | Effect::CoherenceChanged(_)
                | Effect::Refused(_) => {}
            }
        }
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

    /// The devices for which a user ever published chat keys, by the order in which they first did.
    #[must_use]
    pub fn devices(&self, user: UserId) -> &[Device] {
        self.devices.get(&user).map_or(&[], Vec::as_slice)
    }

    fn page(&self, positions: Option<&Vec<usize>>, after: Option<u64>, limit: usize) -> impl Iterator<Item = &Relayed> {
        let all = positions.map_or(&[] as &[usize], Vec::as_slice);
        let from = after.map_or(0, |after| all.partition_point(|at| self.messages[*at].seq <= after));
        all[from..].iter().take(limit).map(|at| &self.messages[*at])
    }

    fn message(&mut self, seq: u64, message: &MessageRelayed) {
        let MessageRelayed { from, thread, to, .. } = *message;
        let before = self.of_threads.get(&thread).and_then(|at| Some(self.messages.get(*at.last()?)?.seq));
        let at = self.messages.len();
        self.messages.push(Relayed { seq, message: message.clone() });
        self.of_threads.entry(thread).or_default().push(at);
        for party in [from, to] {
            self.of_users.entry(party).or_default().push(at);
            let inbox = self.inboxes.entry(party).or_default();
            before.map(|before| inbox.remove(&before));
            inbox.insert(seq, thread);
        }
    }

    fn device(&mut self, user: UserId, event: &Event) {
        let Event::Intent(Intent { body: Body::KeysPublished(keys), key: device_key, .. }) = event else { return };
        let device = Device { device_key: *device_key, keys: keys.clone() };
        let known = self.devices.entry(user).or_default();
        match known.iter_mut().find(|known| known.device_key == *device_key) {
            Some(known) => *known = device,
            None => known.push(device),
        }
    }
}
