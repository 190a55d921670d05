//! A plain machine's world: its clients are one process, which takes one step after another.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use machine::kernel::{
    Int, Ledgered as _, Parsed, Tick,
    entry::Ledger,
    node::{Answer, Config, Ticket},
};

use super::{
    Plain, Simple, events,
    front::PlainFront,
    ledgered::{Act, ORIGIN, PlainEffect, PlainEvent, PlainRefusal},
    tagging::Tagging,
};
use crate::{
    canonical::{self, JsonError},
    engine::{Context, Input, MILLISECOND, Member, ProcessId},
    ledger::{
        AGAIN, Client, Exchange, LedgerProcess, LedgerSetup, LedgerWorld, MessageOf, NODE, Note, StepInfo, StepOutcome,
        WireMessage,
    },
    scenario::{Document, Mistakes, Vocabulary},
    system::{History, Options, System},
};

/// The timer of the next step's pause.
const DUE: u64 = AGAIN + 1;
/// How long the clients wait until they ask again that the ledger is closed, in virtual microseconds.
const CLOSE_AGAIN: u64 = 2_000 * MILLISECOND;

impl<M: Simple> System for Plain<M> {
    type World = LedgerSetup<PlainWorld<M>>;

    fn vocabulary() -> Vocabulary {
        events::vocabulary::<M>()
    }

    fn world(document: &Document, options: &Options) -> Result<Self::World, Mistakes> {
        let names: Vec<String> = document.members().into_iter().map(|(name, _)| name).collect();
        let mut mistakes = Vec::new();
        let mut steps = Vec::new();
        for turn in document.turns() {
            match events::event::<M>(turn.step) {
                Ok(event) => steps.push(PlainStep {
                    by: names.get(turn.actor as usize).cloned().unwrap_or_default(),
                    title: turn.step.word.name,
                    after_ms: turn.after_ms,
                    refused: turn.step.refused.clone(),
                    event,
                }),
                Err(mistake) => mistakes.push(mistake),
            }
        }
        if mistakes.is_empty() {
            let (event_tagging, effect_tagging) = (Tagging::of::<M::Event>(), Tagging::of::<M::Effect>());
            let (start, config) = (document.start, events::config(document));
            let world = PlainWorld { start, steps, config, event_tagging, effect_tagging };
            Ok(LedgerSetup::new(world, options.faults))
        } else {
            Err(Mistakes::new(&document.file, &document.text, mistakes))
        }
    }

    fn signs() -> bool {
        false
    }

    fn history(world: &Self::World) -> History {
        world.history()
    }

    fn watch(world: &Self::World, done: Box<dyn Fn(u64, u64)>) {
        world.watch(done);
    }
}

/// The steps of a plain machine's scenario, and the tick at which they begin.
pub struct PlainWorld<M: Simple> {
    start: Tick,
    steps: Vec<PlainStep<M::Event>>,
    config: Config,
    event_tagging: Tagging,
    effect_tagging: Tagging,
}

/// One event that one actor submits.
struct PlainStep<E> {
    by: String,
    title: &'static str,
    after_ms: u64,
    refused: Option<String>,
    event: E,
}

impl<M: Simple> LedgerWorld for PlainWorld<M> {
    type Front = PlainFront<M>;
    type Client = PlainClients<M>;
    type Note = ();

    fn config(&self) -> &Config {
        &self.config
    }

    fn start(&self) -> Tick {
        self.start
    }

    fn members(&self) -> Vec<Member> {
        vec![Member::steady("the-clients")]
    }

    fn client(world: &Arc<Self>, _: ProcessId) -> PlainClients<M> {
        PlainClients { world: Arc::clone(world), step: 0, counts: BTreeMap::new(), exchange: Exchange::default() }
    }

    fn pauses(&self) -> Vec<u64> {
        self.steps.iter().map(|step| step.after_ms).collect()
    }

    fn step(&self, index: usize) -> Option<StepInfo<'_>> {
        let step = self.steps.get(index)?;
        Some(StepInfo { who: Some(&step.by), title: step.title, refused: step.refused.clone() })
    }

    fn event_kind(&self, event: &PlainEvent<M::Event>) -> Option<String> {
        match event {
            PlainEvent::Genesis(_) => None,
            PlainEvent::Act(act) => {
                let named = self.event_tagging.split(act.json());
                Some(named.map_or_else(|| events::ONLY.to_string(), |(name, _)| name))
            }
        }
    }

    fn effect_kind(&self, effect: &PlainEffect<M::Effect>) -> Option<String> {
        match effect {
            PlainEffect::Made(_, json) => self.effect_tagging.split(json).map(|(name, _)| name),
            PlainEffect::Refused(_) => None,
        }
    }

    fn describe_effect(&self, effect: &PlainEffect<M::Effect>) -> Option<String> {
        match effect {
            PlainEffect::Made(_, json) => Some(json.clone()),
            PlainEffect::Refused(_) => None,
        }
    }

    fn finish(&self, ledger: &Ledger<Plain<M>>, history: &mut History) {
        let start = || canonical::to_string(&M::State::default()).ok();
        let json = ledger.state.json().map(str::to_string).or_else(start);
        history.state = json.and_then(|json| serde_json::from_str(&json).ok());
    }
}

/// Everybody's clients: one process, which takes the steps in order and asks again until each is answered.
pub struct PlainClients<M: Simple> {
    world: Arc<PlainWorld<M>>,
    /// The step under way; the number of all steps while the ledger is being closed, and one more at the end.
    step: usize,
    /// How many events of an actor are entries.
    counts: BTreeMap<String, u32>,
    exchange: Exchange<Vec<u8>>,
}

type Cx<'a, M> = Context<'a, LedgerProcess<PlainWorld<M>>>;

impl<M: Simple> Client<PlainWorld<M>> for PlainClients<M> {
    fn waiting_for(&self) -> Option<Cow<'static, str>> {
        match self.world.steps.get(self.step) {
            Some(step) => Some(format!("step {}, {} does {}", self.step + 1, step.by, step.title).into()),
            None => (self.step == self.world.steps.len()).then(|| "the ledger to close".into()),
        }
    }

    fn on(&mut self, input: Input<MessageOf<PlainWorld<M>>>, cx: &mut Cx<'_, M>) {
        match input {
            Input::Restart(_) => self.schedule(cx),
            Input::Timer(AGAIN) if self.exchange.is_pending() => self.exchange.ask_again(cx),
            Input::Timer(_) => self.take_step(cx),
            Input::Message { message: WireMessage::Told(ticket, answer), .. } => self.told(ticket, &answer, cx),
            Input::Message { message: WireMessage::Done(step, _), .. } if step == self.step => {
                cx.cancel_timer(AGAIN);
                self.step += 1;
            }
            Input::Message { .. } | Input::Disk(_) => {}
        }
    }
}

impl<M: Simple> PlainClients<M> {
    fn schedule(&self, cx: &mut Cx<'_, M>) {
        cx.set_timer(DUE, self.world.steps.get(self.step).map_or(0, |step| step.after_ms.saturating_mul(MILLISECOND)));
    }

    /// Submits the event of the step under way, or closes the ledger after the last.
    fn take_step(&mut self, cx: &mut Cx<'_, M>) {
        if self.step >= self.world.steps.len() {
            cx.send(NODE, WireMessage::Cue(self.step));
            cx.set_timer(AGAIN, CLOSE_AGAIN);
            return;
        }
        match self.event() {
            Ok(event) => self.exchange.ask(Arc::new(bytes_of::<M>(&event)), cx),
            Err(error) => {
                let broken = PlainRefusal::Broken(format!("an event cannot be written: {error}"));
                self.done(StepOutcome::Refused(broken), cx);
            }
        }
    }

    /// The event of the step under way, as the next of its actor.
    fn event(&self) -> Result<PlainEvent<M::Event>, JsonError> {
        let PlainStep { by, event, .. } = &self.world.steps[self.step];
        let n = Int::from(self.counts.get(by).copied().unwrap_or(0) + 1);
        Act::new(by.clone(), n, event.clone()).map(PlainEvent::Act)
    }

    fn told(&mut self, ticket: Ticket, answer: &Answer<Plain<M>>, cx: &mut Cx<'_, M>) {
        // who asks a node that is starting, asks again
        if matches!(answer, Answer::Unavailable) || !self.exchange.end(ticket, cx) {
            return;
        }
        let outcome = match answer {
            // an answer that was lost on its way is asked for again: it still is the first answer to this step
            Answer::Accepted(receipt) => {
                *self.counts.entry(self.world.steps[self.step].by.clone()).or_default() += 1;
                StepOutcome::Accepted { seq: receipt.seq, repeated: false }
            }
            Answer::Refused(refusal) => StepOutcome::Refused(refusal.clone()),
            Answer::Unavailable | Answer::Busy => return,
        };
        self.done(outcome, cx);
    }

    fn done(&mut self, outcome: StepOutcome<PlainRefusal>, cx: &mut Cx<'_, M>) {
        if let StepOutcome::Refused(refusal) = &outcome {
            let id = self.event().ok().and_then(|event| Some(*Parsed::new::<Plain<M>>(&event, ORIGIN).ok()?.id()));
            cx.note(Note::Refused { id, refusal: refusal.clone() });
        }
        cx.note(Note::Step { index: self.step, outcome });
        self.step += 1;
        self.schedule(cx);
    }
}

fn bytes_of<M: Simple>(event: &PlainEvent<M::Event>) -> Vec<u8> {
    let mut bytes = Vec::new();
    Plain::<M>::encode(event, &mut bytes);
    bytes
}
