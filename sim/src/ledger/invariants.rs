//! The invariants of every node that keeps a ledger, whatever its machine means: nothing acknowledged is lost,
//! replaying the ledger gives the node's state, and every checkpoint is one of it.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
    marker::PhantomData,
    rc::Rc,
};

use machine::kernel::{
    Digest, Entry, Ledgered,
    entry::{Head, Ledger},
    note::{Checkpoint, NoteKey},
};

use super::Note;
use crate::engine::{Invariant, Process, RunView};

/// A process type in whose world one node keeps a ledger.
pub trait KeepsLedger: Process<Note = Note<Self::Machine, Self::Own>> {
    /// The machine whose ledger the node keeps.
    type Machine: Ledgered + Debug;
    /// What only these processes note.
    type Own: Debug;

    /// Where the node's durable ledger ends, while it is up.
    fn head<'a>(view: &RunView<'a, Self>) -> Option<&'a Head>;
}

/// The entries that became durable, or were read back, in the latest event.
pub fn entries<'a, P: KeepsLedger>(view: &RunView<'a, P>) -> impl Iterator<Item = &'a Entry<P::Machine>> + use<'a, P> {
    view.notes().filter_map(|note| match note {
        Note::Entry { entry, .. } => Some(&**entry),
        _ => None,
    })
}

/// The invariants of every node that keeps a ledger, made anew for a run.
#[must_use]
pub fn invariants<P: KeepsLedger + 'static>() -> [Box<dyn Invariant<P>>; 3]
where
    P::Machine: 'static,
{
    let ends = Rc::default();
    let replay = Replay { ledger: Ledger::default(), ends: Rc::clone(&ends) };
    let checkpoints = Checkpoints { ends, process: PhantomData };
    // the replay comes first: checkpoints are compared with what it computed
    [Box::<Durability<P>>::default(), Box::<Replay<P>>::new(replay), Box::<Checkpoints<P>>::new(checkpoints)]
}

/// Acknowledged is durable: every acknowledged entry is in the ledger, exactly once, after any crash; and no refused
/// event is.
struct Durability<P> {
    entries: Vec<Digest>,
    ids: BTreeMap<Digest, u64>,
    acknowledged: BTreeMap<Digest, u64>,
    refused: BTreeSet<Digest>,
    process: PhantomData<P>,
}

impl<P> Default for Durability<P> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            ids: BTreeMap::new(),
            acknowledged: BTreeMap::new(),
            refused: BTreeSet::new(),
            process: PhantomData,
        }
    }
}

impl<P: KeepsLedger> Invariant<P> for Durability<P> {
    fn name(&self) -> &str {
        "acknowledged is durable"
    }

    fn observe(&mut self, view: &RunView<'_, P>) -> Result<(), String> {
        view.notes().try_for_each(|note| match note {
            Note::Entry { entry, .. } => self.entry(entry.stamp.seq, entry.id, entry.hash),
            Note::Acknowledged { seq, id } => self.acknowledge(*seq, *id),
            Note::Ready { size, .. } => self.ready(*size),
            Note::Refused { id, .. } => {
                self.refused.extend(id);
                Ok(())
            }
            Note::Checkpoint(_) | Note::Step { .. } | Note::Own(_) => Ok(()),
        })
    }

    fn finish(&mut self, _: &RunView<'_, P>) -> Result<(), String> {
        let wrong = self.refused.iter().find(|id| self.ids.contains_key(*id) && !self.acknowledged.contains_key(*id));
        wrong.map_or(Ok(()), |id| Err(format!("event {id} was refused, and is an entry")))
    }
}

impl<P> Durability<P> {
    fn entry(&mut self, seq: u64, id: Digest, hash: Digest) -> Result<(), String> {
        match self.entries.get(seq as usize) {
            Some(known) if *known == hash => Ok(()),
            Some(_) => Err(format!("entry {seq} is another one than before")),
            None if seq > self.entries.len() as u64 => {
                Err(format!("entry {seq} comes after entry {}", self.entries.len()))
            }
            None => {
                self.entries.push(hash);
                match self.ids.insert(id, seq) {
                    Some(first) => Err(format!("event {id} is entry {first} and entry {seq}")),
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

/// What a checkpoint must say of the ledger's first entries: computed by replay.
struct End {
    /// The Merkle root over them.
    root: Digest,
    /// The ledger's name, and the log key that the last of them left in force.
    key: Option<NoteKey>,
}

/// The ends of a ledger, by the number of its entries minus one.
type Ends = Rc<RefCell<Vec<End>>>;

/// Replay is the truth: every line, applied to what the lines before it left, gives itself again.
struct Replay<P: KeepsLedger> {
    ledger: Ledger<P::Machine>,
    ends: Ends,
}

impl<P: KeepsLedger> Invariant<P> for Replay<P> {
    fn name(&self) -> &str {
        "replay is the truth"
    }

    fn observe(&mut self, view: &RunView<'_, P>) -> Result<(), String> {
        for entry in entries(view) {
            if entry.stamp.seq == self.ledger.head.size {
                self.ledger.follow(&entry.line).map_err(|error| format!("entry {}: {error}", entry.stamp.seq))?;
                let settings = P::Machine::settings(&self.ledger.state);
                let key = settings.and_then(|now| NoteKey::new(now.origin, now.log_key).ok());
                self.ends.borrow_mut().push(End { root: self.ledger.head.tree.root(), key });
            }
        }
        Ok(())
    }

    fn finish(&mut self, view: &RunView<'_, P>) -> Result<(), String> {
        P::Machine::assert_valid(&self.ledger.state);
        let head = P::head(view).ok_or("the node is down at the end")?;
        if *head == self.ledger.head { Ok(()) } else { Err("the node's head is not the replayed one".to_string()) }
    }
}

/// Checkpoints hold: each that is given out is signed by the log key in force after its last entry, under the ledger's
/// name, and has the size and the Merkle root of entries that are durable.
struct Checkpoints<P> {
    ends: Ends,
    process: PhantomData<P>,
}

impl<P: KeepsLedger> Invariant<P> for Checkpoints<P> {
    fn name(&self) -> &str {
        "checkpoints hold"
    }

    fn observe(&mut self, view: &RunView<'_, P>) -> Result<(), String> {
        let notes = view.notes().filter_map(|note| match note {
            Note::Checkpoint(text) => Some(text),
            _ => None,
        });
        let ends = self.ends.borrow();
        notes.into_iter().try_for_each(|text| verify(text, &ends))
    }
}

/// Compares a checkpoint with what replaying its entries gives.
fn verify(text: &str, ends: &[End]) -> Result<(), String> {
    let size = Checkpoint::read_unverified(text.as_bytes()).map_err(|error| error.to_string())?.size;
    let last = usize::try_from(size).ok().and_then(|size| ends.get(size.checked_sub(1)?));
    let End { root, key } =
        last.ok_or_else(|| format!("one of {size} entries, of which {} are durable", ends.len()))?;
    let key = key.as_ref().ok_or_else(|| format!("one of {size} entries, before there is a log key"))?;
    let opened = Checkpoint::open(text, key).map_err(|error| format!("that of {size} entries: {error}"))?;
    if opened.root == *root {
        Ok(())
    } else {
        Err(format!("that of {size} entries has the root {}, and they have {root}", opened.root))
    }
}

#[cfg(test)]
mod tests;
