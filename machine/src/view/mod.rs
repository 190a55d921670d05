//! Views: what only readers need, folded over (entry, effects). Rebuilt at will from the ledger, never hashed.

use alloc::{collections::BTreeMap, vec::Vec};

use crate::{
    kernel::{Entry, PublicKey},
    trust::{
        Body, Effect, Event, Intent, Trust, UserId,
        effect::{KeysChanged, MessageRelayed},
        event::KeysPublished,
    },
};

/// What readers look up and no rule does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    messages: BTreeMap<UserId, Vec<Relayed>>,
    devices: BTreeMap<UserId, Vec<Device>>,
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

impl View {
    /// Takes the next entry.
    pub fn fold(&mut self, entry: &Entry<Trust>) {
        for effect in &entry.effects {
            match effect {
                Effect::MessageRelayed(message) => self.message(entry.stamp.seq, message),
                Effect::KeysChanged(KeysChanged { user, .. }) => self.device(*user, &entry.event),
                Effect::Advised(_)
                | Effect::SessionOpened(_)
                | Effect::SessionClosed(_)
                | Effect::RulesetChanged(_)
                | Effect::StageChanged(_)
                | Effect::KeyRotated(_)
                | Effect::ProfileChanged(_)
                | Effect::ReferralUsed(_)
                | Effect::ReferralClosed(_)
                | Effect::RewardGranted(_)
                | Effect::CoherenceChanged(_)
                | Effect::Refused(_) => {}
            }
        }
    }

    /// A user's messages, sent and received, from entry `after` + 1 on (all if none), at most `limit`, oldest first.
    pub fn messages(&self, user: UserId, after: Option<u64>, limit: usize) -> impl Iterator<Item = &Relayed> {
        let all = self.messages.get(&user).map_or(&[] as &[Relayed], Vec::as_slice);
        let from = after.map_or(0, |after| all.partition_point(|relayed| relayed.seq <= after));
        all.iter().skip(from).take(limit)
    }

    /// The devices for which a user ever published chat keys, by the order in which they first did.
    #[must_use]
    pub fn devices(&self, user: UserId) -> &[Device] {
        self.devices.get(&user).map_or(&[], Vec::as_slice)
    }

    fn message(&mut self, seq: u64, message: &MessageRelayed) {
        for party in [message.from, message.to] {
            self.messages.entry(party).or_default().push(Relayed { seq, message: message.clone() });
        }
    }

    fn device(&mut self, user: UserId, event: &Event) {
        let Event::Intent(Intent { body: Body::KeysPublished(keys), key: device_key, .. }) = event else { return };
        let (known, device) =
            (self.devices.entry(user).or_default(), Device { device_key: *device_key, keys: keys.clone() });
        match known.iter_mut().find(|known| known.device_key == *device_key) {
            Some(known) => *known = device,
            None => known.push(device),
        }
    }
}
