//! What must always hold in a trust world, judged after every event and once more at the end.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;
use machine::{
    kernel::{Digest, entry::Entry},
    trust::{
        Effect, Trust, UserId,
        effect::{MessageRelayed, ProfileChanged},
    },
};

use super::{client::TrustProcess, message::TrustNote, naive::Naive};
use crate::{
    engine::{Goal, Invariant, RunView, sometimes},
    ledger::{NODE, Note, entries, node},
};

/// The invariants of a trust world, besides those of every world with a ledger.
#[must_use]
pub fn invariants() -> Vec<Box<dyn Invariant<TrustProcess>>> {
    vec![
        Box::<SecondMachine>::default(),
        Box::<Rewards>::default(),
        Box::<Secrecy>::default(),
        Box::<BlobOracle>::default(),
    ]
}

/// A message was opened, and others before it in its chain did not come.
pub const SKIPPED: &str = "a skipped message key";
/// The door did not take bytes again that were erased.
pub const ERASED_REFUSED: &str = "an erased blob offered again";

/// What should happen in some run of a trust world, besides the goals of every world with a ledger.
#[must_use]
pub fn goals() -> Vec<Goal<TrustProcess>> {
    let noted = |is_it: fn(&TrustNote) -> bool| {
        move |view: &RunView<'_, TrustProcess>| view.notes().any(|note| matches!(note, Note::Own(note) if is_it(note)))
    };
    vec![
        sometimes(SKIPPED, noted(|note| matches!(note, TrustNote::Skipped))),
        sometimes(ERASED_REFUSED, noted(|note| matches!(note, TrustNote::ErasedRefused))),
    ]
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
    fn effect(&mut self, effect: &Effect) -> Result<(), String> {
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

/// Whose a blob is, and its digest.
type OwnedBlob = (UserId, Digest);

/// The bytes that messages and profiles refer to are on the disk, and those that were erased, or that a profile no longer shows, are
/// not. Counted from the ledger alone, without the door's own lists.
#[derive(Default)]
struct BlobOracle {
    seen: BTreeSet<u64>,
    sent: BTreeSet<OwnedBlob>,
    profiles: BTreeMap<UserId, Digest>,
    erased: BTreeSet<OwnedBlob>,
    replaced: BTreeSet<OwnedBlob>,
}

impl Invariant<TrustProcess> for BlobOracle {
    fn name(&self) -> &str {
        "what is referred to is there, and what was erased is not"
    }

    fn observe(&mut self, view: &RunView<'_, TrustProcess>) -> Result<(), String> {
        entries(view).for_each(|entry| self.take(entry));
        Ok(())
    }

    fn finish(&mut self, view: &RunView<'_, TrustProcess>) -> Result<(), String> {
        let Some(node) = node(view) else { return Ok(()) };
        let (files, durable) = (view.files(NODE), node.durable());
        let file = |(owner, sha256): &OwnedBlob| {
            let name = format!("blob-{sha256}-{owner}");
            files.iter().find(|(found, _)| **found == name).map(|(_, bytes)| Digest::untagged(&[bytes]) == *sha256)
        };
        let shown: BTreeSet<OwnedBlob> = self.profiles.iter().map(|(owner, sha256)| (*owner, *sha256)).collect();
        let referred: BTreeSet<OwnedBlob> = self.sent.union(&shown).copied().collect();
        if let Some((owner, sha256)) = referred.difference(&self.erased).find(|blob| file(blob) != Some(true)) {
            return Err(format!("{owner} refers to {sha256}, whose bytes are not there, or others"));
        }
        let gone = self.erased.iter().chain(self.replaced.difference(&referred));
        if let Some((owner, sha256)) = gone.into_iter().find(|blob| file(blob).is_some()) {
            return Err(format!("{owner} erased or replaced {sha256}, whose bytes are still there"));
        }
        let mut current = BTreeSet::new();
        durable
            .state
            .profiles()
            .for_each(|owner, row| current.extend((!row.erased).then(|| (*owner, row.blob.sha256()))));
        if current == shown { Ok(()) } else { Err("the state shows other profiles than the ledger".to_string()) }
    }
}

impl BlobOracle {
    fn take(&mut self, entry: &Entry<Trust>) {
        if !self.seen.insert(entry.stamp.seq) {
            return;
        }
        for effect in &entry.effects {
            match effect {
                Effect::MessageRelayed(MessageRelayed { blob, from, .. }) => {
                    self.sent.insert((*from, blob.sha256()));
                }
                Effect::ProfileChanged(ProfileChanged { blob, erased, user }) => {
                    let before = if *erased {
                        self.erased.insert((*user, blob.sha256()));
                        self.profiles.remove(user)
                    } else {
                        self.profiles.insert(*user, blob.sha256())
                    };
                    self.replaced.extend(before.map(|sha256| (*user, sha256)));
                }
                _ => {}
            }
        }
    }
}
