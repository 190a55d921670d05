//! What must always hold in a trust world, judged after every event and once more at the end.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;
use machine::trust::UserId;

use super::{client::TrustProcess, message::TrustNote, naive::Naive};
use crate::{
    engine::{Invariant, RunView},
    ledger::{NODE, Note, entries, node},
};

/// The invariants of a trust world, besides those of every world with a ledger.
#[must_use]
pub fn invariants() -> Vec<Box<dyn Invariant<TrustProcess>>> {
    vec![Box::<SecondMachine>::default(), Box::<Rewards>::default(), Box::<Secrecy>::default()]
}

/// The naive machine agrees on every entry's effects, on every refusal, and on all balances.
#[derive(Default)]
struct SecondMachine {
    naive: Naive,
    size: u64,
}

impl Invariant<TrustProcess> for SecondMachine {
    fn name(&self) -> &str {
        "two machines agree"
    }

    fn observe(&mut self, view: &RunView<'_, TrustProcess>) -> Result<(), String> {
        for entry in entries(view) {
            if entry.stamp.seq != self.size {
                continue;
            }
            self.size += 1;
            let made = serde_json::to_value(entry.effects.as_slice()).map_err(|error| error.to_string())?;
            match self.naive.apply(&entry.stamp, &entry.event) {
                Ok(effects) if serde_json::Value::from(effects.clone()) == made => {}
                other => return Err(format!("entry {}: made {made}, the naive machine {other:?}", entry.stamp.seq)),
            }
        }
        Ok(())
    }

    fn finish(&mut self, view: &RunView<'_, TrustProcess>) -> Result<(), String> {
        let Some(node) = node(view) else { return Ok(()) };
        let size = node.durable().head.size;
        if size != self.size {
            return Err(format!("{size} entries, of which the naive machine has seen {}", self.size));
        }
        let mut made = BTreeMap::new();
        node.durable().state.users().for_each(|user, row| {
            made.insert(*user, (row.points_micro.get(), row.coherence_ppm.get()));
        });
        let balances = self.naive.balances();
        let users: BTreeSet<&UserId> = made.keys().chain(balances.keys()).collect();
        let differs = users.into_iter().find(|user| made.get(user) != balances.get(user));
        differs.map_or(Ok(()), |user| {
            let (ours, theirs) = (made.get(user), balances.get(user));
            Err(format!("{user} has {ours:?} micropoints and ppm of coherence, and in the naive machine {theirs:?}"))
        })
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

impl Invariant<TrustProcess> for Rewards {
    fn name(&self) -> &str {
        "every reward has its cause"
    }

    fn observe(&mut self, view: &RunView<'_, TrustProcess>) -> Result<(), String> {
        for entry in entries(view) {
            if self.seen.insert(entry.stamp.seq) {
                entry.effects.iter().try_for_each(|effect| self.effect(effect))?;
            }
        }
        Ok(())
    }

    fn finish(&mut self, view: &RunView<'_, TrustProcess>) -> Result<(), String> {
        let Some(node) = node(view) else { return Ok(()) };
        let mut held = 0;
        node.durable().state.users().for_each(|_, row| held += row.points_micro.get());
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

impl Invariant<TrustProcess> for Secrecy {
    fn name(&self) -> &str {
        "only the two ends read"
    }

    fn observe(&mut self, view: &RunView<'_, TrustProcess>) -> Result<(), String> {
        for note in view.notes() {
            match note {
                Note::Own(TrustNote::Sent { parties: (_, to), marker }) => {
                    self.sent.insert(*marker, to.clone());
                }
                Note::Own(TrustNote::Opened { by, marker }) => {
                    self.opened.insert((*marker, by.clone()));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn finish(&mut self, view: &RunView<'_, TrustProcess>) -> Result<(), String> {
        let unread = self.sent.iter().find(|(marker, to)| !self.opened.contains(&(**marker, (*to).clone())));
        if let Some((_, to)) = unread {
            return Err(format!("a message to {to} was never opened there"));
        }
        let hex = self.sent.keys().map(|marker| machine::kernel::digest::hex(marker).into_bytes());
        let needles = self.sent.keys().map(|marker| marker.to_vec()).chain(hex);
        let search = AhoCorasick::new(needles).map_err(|error| error.to_string())?;
        let leaked = view.files(NODE).into_iter().find(|(_, bytes)| search.is_match(bytes));
        leaked.map_or(Ok(()), |(name, _)| Err(format!("a plaintext stands in {name}")))
    }
}
