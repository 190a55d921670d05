//! Checkpoints that a node must not give out, each noticed by one invariant alone.

use std::sync::Arc;

use ed25519_dalek::SigningKey;
use machine::kernel::{
    Int, Parsed, PublicKey,
    echo::{self, Echo, Say},
    entry::Outcome,
};

use super::*;
use crate::engine::{Context, Input, Member, ProcessId, Setup, Source, Verdict, run};

/// The tick of every entry.
const NOW: u64 = 1_767_225_600_000;

/// A ledger, and a process that notes its entries and then a checkpoint.
struct Scripted<M: Ledgered> {
    ledger: Arc<Ledger<M>>,
    entries: Vec<Arc<Entry<M>>>,
    checkpoint: String,
    /// Leaves out the invariant of this name.
    without: &'static str,
}

impl<M: Ledgered> Scripted<M> {
    fn new(events: &[M::Event]) -> Self {
        let mut ledger = Ledger::default();
        let apply = |event: &M::Event| {
            let Ok(parsed) = Parsed::new::<M>(event, "echo.example") else { panic!("{event:?} cannot be read back") };
            match ledger.apply(parsed, NOW, None) {
                Outcome::Accepted(entry) => Arc::new(entry),
                Outcome::Refused(refusal) => panic!("refused: {refusal}"),
            }
        };
        let entries = events.iter().map(apply).collect();
        Self { ledger: Arc::new(ledger), entries, checkpoint: String::new(), without: "" }
    }

    /// The true checkpoint of the first entries, and whatever `change` makes of it, signed by `key`.
    fn sealed(&mut self, size: usize, key: &SigningKey, change: impl Fn(&mut Checkpoint)) {
        let mut ledger = Ledger::<M>::default();
        for entry in &self.entries[..size] {
            ledger.replay(&entry.line).expect("the next entry");
        }
        let origin = M::settings(&ledger.state).expect("a genesis").origin.to_string();
        let mut checkpoint = Checkpoint { origin, size: size as u64, root: ledger.head.tree.root() };
        change(&mut checkpoint);
        self.checkpoint = checkpoint.sign(key).expect("a name that can sign");
    }
}

struct Noting<M: Ledgered> {
    ledger: Arc<Ledger<M>>,
    entries: Vec<Arc<Entry<M>>>,
    checkpoint: String,
}

impl<M: Ledgered + Debug> Process for Noting<M> {
    type Message = ();
    type Note = Note<M, ()>;

    fn on(&mut self, input: Input<()>, cx: &mut Context<'_, Self>) {
        if let Input::Restart(_) = input {
            for entry in &self.entries {
                cx.note(Note::Entry { entry: Arc::clone(entry), replayed: false });
            }
            cx.note(Note::Checkpoint(self.checkpoint.clone()));
        }
    }
}

impl<M: Ledgered + Debug> KeepsLedger for Noting<M> {
    type Machine = M;
    type Own = ();

    fn head<'a>(view: &RunView<'a, Self>) -> Option<&'a Head> {
        view.get(ProcessId(0)).map(|process| &process.ledger.head)
    }
}

impl<M: Ledgered + Debug + 'static> Setup for Scripted<M> {
    type Process = Noting<M>;

    fn members(&self) -> Vec<Member> {
        vec![Member::steady("node")]
    }

    fn boot(&self, _: ProcessId) -> Noting<M> {
        let (ledger, checkpoint) = (Arc::clone(&self.ledger), self.checkpoint.clone());
        Noting { ledger, entries: self.entries.clone(), checkpoint }
    }

    fn invariants(&self) -> Vec<Box<dyn Invariant<Noting<M>>>> {
        invariants().into_iter().filter(|invariant| invariant.name() != self.without).collect()
    }
}

/// What the invariants say; without the one of checkpoints, nothing is ever noticed.
fn says<M: Ledgered + Debug + 'static>(scripted: &mut Scripted<M>) -> Option<String> {
    scripted.without = "checkpoints hold";
    assert_eq!(run(scripted, Source::Seed(1)).verdict, Verdict::Pass, "another invariant notices it too");
    scripted.without = "";
    match run(scripted, Source::Seed(1)).verdict {
        Verdict::Pass => None,
        Verdict::Violated { invariant, detail, .. } if invariant == "checkpoints hold" => Some(detail),
        other => panic!("{other}"),
    }
}

fn key(n: u8) -> SigningKey {
    SigningKey::from_bytes(&[n; 32])
}

fn public(key: &SigningKey) -> PublicKey {
    PublicKey(key.verifying_key().to_bytes())
}

/// Genesis, and four things said.
fn echoes() -> Scripted<Echo> {
    let origin = "echo.example".to_string();
    let genesis = echo::EchoGenesis { log_key: public(&key(1)), origin, state_every: Int::from(1) };
    let say = |n: u32| echo::EchoEvent::Say(Say { by: "ann".to_string(), n: Int::from(n), text: format!("{n}") });
    Scripted::new(&[echo::EchoEvent::Genesis(genesis), say(1), say(2), say(3), say(4)])
}

#[test]
fn a_checkpoint_of_durable_entries_holds_also_when_there_are_more() {
    let mut echoes = echoes();
    for size in 1..=5 {
        echoes.sealed(size, &key(1), |_| {});
        assert_eq!(says(&mut echoes), None, "{size}");
    }
}

#[test]
fn a_checkpoint_of_another_key_root_size_or_origin_is_noticed() {
    let mut echoes = echoes();
    let mut wrong = |key: &SigningKey, change: fn(&mut Checkpoint)| {
        echoes.sealed(3, key, change);
        says(&mut echoes).unwrap_or_else(|| panic!("not noticed: {}", echoes.checkpoint))
    };
    assert!(wrong(&key(2), |_| {}).contains("no valid signature"), "another key");
    assert!(wrong(&key(1), |it| it.root = Digest::ZERO).contains("has the root 0000"), "another root");
    assert!(wrong(&key(1), |it| it.size = 2).contains("that of 2 entries has the root"), "a smaller size");
    assert!(wrong(&key(1), |it| it.size = 6).contains("of which 5 are durable"), "entries that are not there");
    assert!(wrong(&key(1), |it| it.size = 0).contains("of which 5 are durable"), "no entries");
    assert!(wrong(&key(1), |it| it.origin = "ohce.example".to_string()).contains("no valid signature"), "another name");
    echoes.checkpoint = "no note".to_string();
    assert!(says(&mut echoes).is_some());
}

#[cfg(feature = "trust")]
#[test]
fn the_key_that_signs_is_the_one_in_force_after_the_last_entry() {
    use ed25519_dalek::Signer as _;
    use machine::{
        kernel::Signature,
        trust::{
            Event, OperatorBody, OperatorIntent, Trust,
            operator::{OperatorRotated, OperatorSession, proof_message},
            types::{Counter, Which},
        },
    };

    use crate::trust::generator::{ORIGIN, genesis};

    // the generator's genesis: the operator holds key 0, the log key 1
    let message = proof_message(ORIGIN, Which::Log, &public(&key(1)));
    let proof = Signature(key(2).sign(message.as_bytes()).to_bytes());
    let rotated = OperatorRotated { key: public(&key(2)), proof, which: Which::Log };
    let body = OperatorBody::OperatorRotated(rotated);
    let (counter, session) = (Counter::new(1).expect("at least 1"), OperatorSession);
    let (key_in_force, sig) = (public(&key(0)), Signature([0; 64]));
    let rotation = Event::Operator(OperatorIntent { body, counter, key: key_in_force, session, sig });
    let mut rotating = Scripted::<Trust>::new(&[genesis(), rotation]);
    for (size, by, holds) in [(1, 1, true), (1, 2, false), (2, 1, false), (2, 2, true)] {
        rotating.sealed(size, &key(by), |_| {});
        assert_eq!(says(&mut rotating).is_none(), holds, "of {size} entries, by key {by}");
    }
}
