//! What must always hold in a trust world, judged after every event and once more at the end.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;
use machine::{
    kernel::{Digest, Entry, Ledgered as _, entry::Ledger},
    trust::{Trust, UserId},
};

use super::{mail::Note, naive::Naive, part::Part};
use crate::engine::{Invariant, View};

/// The invariants of a trust world.
#[must_use]
pub fn invariants() -> Vec<Box<dyn Invariant<Part>>> {
    vec![
        Box::<Durability>::default(),
        Box::<Replay>::default(),
        Box::<SecondMachine>::default(),
        Box::<Rewards>::default(),
        Box::<Secrecy>::default(),
    ]
}

/// Acknowledged is durable: every acknowledged entry is in the ledger, exactly once, after any crash; and no refused
/// event is.
#[derive(Default)]
struct Durability {
    entries: Vec<Digest>,
    ids: BTreeMap<Digest, u64>,
    acknowledged: BTreeMap<Digest, u64>,
    refused: BTreeSet<Digest>,
}

impl Invariant<Part> for Durability {
    fn name(&self) -> &str {
        "acknowledged is durable"
    }

    fn observe(&mut self, view: &View<'_, Part>) -> Result<(), String> {
        for note in view.notes() {
            match note {
                Note::Entry { entry, .. } => self.entry(entry)?,
                Note::Acknowledged { seq, id } => self.acknowledge(*seq, *id)?,
                Note::Refused { id: Some(id), .. } => {
                    self.refused.insert(*id);
                }
                Note::Ready { size, .. } => self.ready(*size)?,
                Note::Refused { .. }
                | Note::Leak(_)
                | Note::Sent { .. }
                | Note::Opened { .. }
                | Note::Step { .. }
                | Note::Event(_) => {}
            }
        }
        Ok(())
    }

    fn finish(&mut self, _: &View<'_, Part>) -> Result<(), String> {
        let wrong = self.refused.iter().find(|id| self.ids.contains_key(*id) && !self.acknowledged.contains_key(*id));
        wrong.map_or(Ok(()), |id| Err(format!("event {id} was refused, and is an entry")))
    }
}

impl Durability {
    fn entry(&mut self, entry: &Entry<Trust>) -> Result<(), String> {
        let seq = entry.stamp.seq as usize;
        match self.entries.get(seq) {
            Some(known) if *known == entry.hash => Ok(()),
            Some(_) => Err(format!("entry {seq} is another one than before")),
            None if seq > self.entries.len() => Err(format!("entry {seq} comes after entry {}", self.entries.len())),
            None => {
                self.entries.push(entry.hash);
                match self.ids.insert(entry.id, entry.stamp.seq) {
                    Some(first) => Err(format!("event {} is entry {first} and entry {seq}", entry.id)),
                    None => Ok(()),
                }
            }
        }
    }

    fn acknowledge(&mut self, seq: u64, id: Digest) -> Result<(), String> {
        self.acknowledged.insert(id, seq);
        match self.ids.get(&id) {
            Some(known) if *known == seq => Ok(()),
            Some(known) => Err(format!("event {id} was acknowledged as entry {seq}, and is entry {known}")),
            None => Err(format!("event {id} was acknowledged as entry {seq} before that was durable")),
        }
    }

    /// A restarted node has read back all that anybody was told of.
    fn ready(&self, size: u64) -> Result<(), String> {
        let lost = self.acknowledged.values().find(|seq| **seq >= size);
        lost.map_or(Ok(()), |seq| Err(format!("entry {seq} was acknowledged, and after a restart there are {size}")))
    }
}

/// Replay is the truth: every line, applied to what the lines before it left, gives itself again.
#[derive(Default)]
struct Replay {
    ledger: Ledger<Trust>,
}

impl Invariant<Part> for Replay {
    fn name(&self) -> &str {
        "replay is the truth"
    }

    fn observe(&mut self, view: &View<'_, Part>) -> Result<(), String> {
        for entry in entries(view).filter(|entry| entry.stamp.seq == self.ledger.head.size).collect::<Vec<_>>() {
            self.ledger.replay(&entry.line).map_err(|error| format!("entry {}: {error}", entry.stamp.seq))?;
        }
        Ok(())
    }

    fn finish(&mut self, view: &View<'_, Part>) -> Result<(), String> {
        Trust::assert_valid(&self.ledger.state);
        let Some(node) = super::world::node(view) else { return Err("the node is down at the end".to_string()) };
        if node.durable().head == self.ledger.head {
            Ok(())
        } else {
            Err("the node's head is not the replayed one".to_string())
        }
    }
}

fn entries<'a>(view: &View<'a, Part>) -> impl Iterator<Item = &'a Entry<Trust>> + use<'a> {
    view.notes().filter_map(|note| match note {
        Note::Entry { entry, .. } => Some(&**entry),
        _ => None,
    })
}

/// The naive machine agrees on every entry's effects, on every refusal, and on all balances.
#[derive(Default)]
struct SecondMachine {
    naive: Naive,
    size: u64,
    balances: BTreeMap<UserId, (u64, u64)>,
}

impl Invariant<Part> for SecondMachine {
    fn name(&self) -> &str {
        "two machines agree"
    }

    fn observe(&mut self, view: &View<'_, Part>) -> Result<(), String> {
        for entry in entries(view).filter(|entry| entry.stamp.seq == self.size).collect::<Vec<_>>() {
            self.size += 1;
            let made = serde_json::to_value(entry.effects.as_slice()).map_err(|error| error.to_string())?;
            match self.naive.apply(&entry.stamp, &entry.event) {
                Ok(effects) if serde_json::Value::from(effects.clone()) == made => {}
                other => return Err(format!("entry {}: made {made}, the naive machine {other:?}", entry.stamp.seq)),
            }
            self.balances = self.naive.balances();
        }
        Ok(())
    }

    fn finish(&mut self, view: &View<'_, Part>) -> Result<(), String> {
        let Some(node) = super::world::node(view) else { return Ok(()) };
        let mut made = BTreeMap::new();
        node.durable().state.users.for_each(|user, row| {
            made.insert(*user, (row.points_micro.get(), row.coherence_ppm.get()));
        });
        if made == self.balances {
            Ok(())
        } else {
            Err(format!("balances {made:?}, the naive machine {:?}", self.balances))
        }
    }
}

/// One reward a cause; no reward but for a login each, a code used and messages both ways; and nothing minted besides.
#[derive(Default)]
struct Rewards {
    seen: BTreeSet<u64>,
    logins: BTreeSet<UserId>,
    invited: BTreeMap<UserId, UserId>,
    wrote: BTreeSet<(UserId, UserId)>,
    paid: BTreeSet<UserId>,
    granted: u64,
}

impl Invariant<Part> for Rewards {
    fn name(&self) -> &str {
        "every reward has its cause"
    }

    fn observe(&mut self, view: &View<'_, Part>) -> Result<(), String> {
        for entry in entries(view) {
            if self.seen.insert(entry.stamp.seq) {
                entry.effects.iter().try_for_each(|effect| self.effect(effect))?;
            }
        }
        Ok(())
    }

    fn finish(&mut self, view: &View<'_, Part>) -> Result<(), String> {
        let Some(node) = super::world::node(view) else { return Ok(()) };
        let mut held = 0;
        node.durable().state.users.for_each(|_, row| held += row.points_micro.get());
        if held == self.granted { Ok(()) } else { Err(format!("{} granted, {held} held", self.granted)) }
    }
}

impl Rewards {
    fn effect(&mut self, effect: &machine::trust::Effect) -> Result<(), String> {
        use machine::trust::Effect;
        match effect {
            Effect::SessionOpened(opened) => {
                self.logins.insert(opened.user);
            }
            Effect::ReferralUsed(used) => {
                self.invited.insert(used.user, used.owner);
                let parties = [(used.user, used.owner), (used.owner, used.user)];
                self.wrote.retain(|pair| !parties.contains(pair));
            }
            Effect::MessageRelayed(message) => {
                self.wrote.insert((message.from, message.to));
            }
            Effect::RewardGranted(reward) => {
                let (user, owner) = (reward.referred, reward.user);
                let caused = self.logins.contains(&user)
                    && self.logins.contains(&owner)
                    && self.invited.get(&user) == Some(&owner)
                    && self.wrote.contains(&(user, owner))
                    && self.wrote.contains(&(owner, user));
                if !caused || !self.paid.insert(user) {
                    return Err(format!("a reward for {owner} without its cause, or a second one for it"));
                }
                self.granted += reward.granted_micro.get();
            }
            _ => {}
        }
        Ok(())
    }
}

/// Every ciphertext opens at its receiver, and no plaintext is stored or sent by the service.
#[derive(Default)]
struct Secrecy {
    sent: BTreeMap<[u8; 16], String>,
    opened: BTreeSet<([u8; 16], String)>,
}

impl Invariant<Part> for Secrecy {
    fn name(&self) -> &str {
        "only the two ends read"
    }

    fn observe(&mut self, view: &View<'_, Part>) -> Result<(), String> {
        for note in view.notes() {
            match note {
                Note::Leak(what) => return Err(what.clone()),
                Note::Sent { parties: (_, to), marker } => {
                    self.sent.insert(*marker, to.clone());
                }
                Note::Opened { by, marker } => {
                    self.opened.insert((*marker, by.clone()));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn finish(&mut self, view: &View<'_, Part>) -> Result<(), String> {
        let unread = self.sent.iter().find(|(marker, to)| !self.opened.contains(&(**marker, (*to).clone())));
        if let Some((_, to)) = unread {
            return Err(format!("a message to {to} was never opened there"));
        }
        let hex = self.sent.keys().map(|marker| machine::kernel::digest::hex(marker).into_bytes());
        let needles = self.sent.keys().map(|marker| marker.to_vec()).chain(hex);
        let search = AhoCorasick::new(needles).map_err(|error| error.to_string())?;
        let leaked = view.files(super::world::NODE).into_iter().find(|(_, bytes)| search.is_match(bytes));
        leaked.map_or(Ok(()), |(name, _)| Err(format!("a plaintext stands in {name}")))
    }
}
