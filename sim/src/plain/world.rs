//! A plain machine's world: a node that keeps the ledger on a simulated disk, and the clients of everybody who acts, one
//! process that takes one step after another and asks again until each is answered.

use std::{borrow::Cow, cell::RefCell, collections::BTreeMap, rc::Rc, sync::Arc};

use machine::kernel::{
    Digest, Entry, Int, Parsed, Tick, Verified,
    entry::Head,
    machine::{Ledgered, Malformed},
    node::{Answer, Config, Node, Output, Ticket},
    table::state_root,
};

use super::{
    Plain, Simple,
    ledgered::{Act, Effect, Event, Genesis, ORIGIN, Refusal, named},
    words,
};
use crate::{
    engine::{
        Bounds, Completion, Context, Faults, Input, Invariant, MILLISECOND, Member, Micros, Process, ProcessId, Record,
        SECOND, Setup, View,
    },
    keep::{self, Keeping, Kept},
    scenario::{Document, Mistakes, Vocabulary},
    stage::{Line, Options, Stage, Tale},
};

const NODE: ProcessId = ProcessId(0);
const CLIENTS: ProcessId = ProcessId(1);

/// The pause before a question is asked again.
const PATIENCE: Micros = 500 * MILLISECOND;
/// The next step is due.
const DUE: u64 = 0;
/// No answer came yet.
const AGAIN: u64 = 1;

impl<M: Simple> Stage for Plain<M> {
    type World = World<M>;

    fn vocabulary() -> Vocabulary {
        words::vocabulary::<M>()
    }

    fn world(document: &Document, options: &Options) -> Result<World<M>, Mistakes> {
        let names: Vec<String> = document.members().into_iter().map(|(name, _)| name).collect();
        let mut mistakes = Vec::new();
        let mut steps = Vec::new();
        for turn in document.turns() {
            match words::event::<M>(turn.step) {
                Ok(event) => steps.push(Step {
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
            let play = Arc::new(Play { start: document.start, steps });
            Ok(World { play, faults: options.faults, tale: Rc::default() })
        } else {
            Err(Mistakes::new(&document.file, &document.text, mistakes))
        }
    }

    fn signs() -> bool {
        false
    }

    fn tale(world: &World<M>) -> Tale {
        world.tale.borrow().clone()
    }
}

/// What happens, in order.
struct Play<E> {
    start: Tick,
    steps: Vec<Step<E>>,
}

/// One turn of one actor.
struct Step<E> {
    by: String,
    title: &'static str,
    after_ms: u64,
    refused: Option<String>,
    event: E,
}

/// A world that can be run any number of times.
pub struct World<M: Simple> {
    play: Arc<Play<M::Event>>,
    faults: Faults,
    tale: Rc<RefCell<Tale>>,
}

impl<M: Simple> Setup for World<M> {
    type Process = Part<M>;

    fn members(&self) -> Vec<Member> {
        vec![Member::crashable("the-node"), Member::steady("the-clients")]
    }

    fn boot(&self, id: ProcessId) -> Part<M> {
        let play = Arc::clone(&self.play);
        if id == NODE {
            Part::Server(Box::new(Server {
                node: None,
                start: play.start,
                asked: BTreeMap::new(),
                tickets: 0,
                closing: false,
            }))
        } else {
            Part::Clients(Clients { play, step: 0, counts: BTreeMap::new(), asking: None })
        }
    }

    fn faults(&self) -> Faults {
        self.faults
    }

    fn bounds(&self) -> Bounds {
        let pauses: u64 = self.play.steps.iter().map(|step| step.after_ms * MILLISECOND).sum();
        let storm = pauses + (self.play.steps.len() as u64 + 1) * 60 * SECOND;
        Bounds { storm, calm: 600 * SECOND, ..Bounds::default() }
    }

    fn invariants(&self) -> Vec<Box<dyn Invariant<Part<M>>>> {
        *self.tale.borrow_mut() = Tale::default();
        let (play, tale) = (Arc::clone(&self.play), Rc::clone(&self.tale));
        let teller = Box::new(Teller { play, tale, said: BTreeMap::new() });
        [teller as Box<dyn Invariant<Part<M>>>].into_iter().chain(keep::invariants()).collect()
    }
}

/// A message between clients and node. The same ticket again is the same question again.
#[derive(Clone, Debug)]
pub enum Mail {
    /// A client submits an event, in the ledger's bytes.
    Submit(Ticket, Arc<Vec<u8>>),
    /// The node answers.
    Told(Ticket, Told),
    /// All is done: close the ledger.
    Close,
    /// It is closed.
    Closed,
}

/// What a client is told.
#[derive(Clone, Debug)]
pub enum Told {
    /// The event is this entry.
    Accepted(u64),
    /// It is none.
    Refused(Refusal),
}

/// What is told to the invariants.
#[derive(Debug)]
pub enum Note<L: Ledgered> {
    /// The node recovered so many entries, and set aside what was torn.
    Ready(u64, bool),
    /// An entry became durable, or was read back.
    Entry(Arc<Entry<L>>),
    /// The node acknowledged an event as this entry.
    Acknowledged(u64, Digest),
    /// It refused the event of this id.
    Refused(Digest),
    /// A step is done.
    Step(usize, Told),
}

impl Record for Mail {}
impl<L: Ledgered + std::fmt::Debug> Record for Note<L> {}

/// One process of this world.
pub enum Part<M: Simple> {
    /// The node.
    Server(Box<Server<M>>),
    /// The clients.
    Clients(Clients<M>),
}

impl<M: Simple> Process for Part<M> {
    type Message = Mail;
    type Note = Note<Plain<M>>;

    fn on(&mut self, input: Input<Mail>, cx: &mut Context<'_, Self>) {
        match self {
            Self::Server(server) => server.on(input, cx),
            Self::Clients(clients) => clients.on(input, cx),
        }
    }

    fn waiting_for(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Server(server) => (!server.is_idle()).then_some(Cow::Borrowed("its disk")),
            Self::Clients(clients) => clients.waiting_for(),
        }
    }
}

impl<M: Simple> Keeping for Part<M> {
    type Machine = Plain<M>;

    fn kept(note: &Self::Note) -> Option<Kept<'_, Plain<M>>> {
        Some(match note {
            Note::Ready(size, _) => Kept::Ready(*size),
            Note::Entry(entry) => Kept::Entry(entry),
            Note::Acknowledged(seq, id) => Kept::Acknowledged { seq: *seq, id: *id },
            Note::Refused(id) => Kept::Refused(*id),
            Note::Step(..) => return None,
        })
    }

    fn head<'a>(view: &View<'a, Self>) -> Option<&'a Head> {
        node(view).map(|node| &node.durable().head)
    }
}

fn node<'a, M: Simple>(view: &View<'a, Part<M>>) -> Option<&'a Node<Plain<M>, Plain<M>>> {
    match view.get(NODE)? {
        Part::Server(server) => server.node.as_ref(),
        Part::Clients(_) => None,
    }
}

/// The node's process: it only moves bytes.
pub struct Server<M: Simple> {
    node: Option<Node<Plain<M>, Plain<M>>>,
    start: Tick,
    /// Under which ticket of theirs the clients asked, and the event's id.
    asked: BTreeMap<Ticket, (Ticket, Digest)>,
    tickets: Ticket,
    closing: bool,
}

impl<M: Simple> Server<M> {
    fn is_idle(&self) -> bool {
        self.node.as_ref().is_some_and(|node| node.idle() && node.durable().head.size > 0)
    }

    fn on(&mut self, input: Input<Mail>, cx: &mut Context<'_, Part<M>>) {
        let now = self.start + cx.now() / MILLISECOND;
        match (input, &mut self.node) {
            (Input::Restart(listing), node) => {
                let config = Config { segment_bytes: 1 << 16, snapshot_every: 8, ..Config::default() };
                *node = Some(Node::open(config, Plain::default(), &listing));
            }
            (Input::Disk(Completion { id, result }), Some(node)) => node.completed(id, result),
            (Input::Message { message: Mail::Submit(ticket, bytes), .. }, _) => self.submit(ticket, &bytes, now, cx),
            (Input::Message { message: Mail::Close, .. }, Some(node)) => {
                node.close();
                self.closing = true;
            }
            _ => {}
        }
        self.pump(now, cx);
        if self.is_idle() && std::mem::take(&mut self.closing) {
            cx.send(CLIENTS, Mail::Closed);
        }
    }

    fn submit(&mut self, theirs: Ticket, bytes: &[u8], now: Tick, cx: &mut Context<'_, Part<M>>) {
        let Some(node) = &mut self.node else { return };
        match Parsed::read::<Plain<M>>(bytes, ORIGIN) {
            Err(Malformed { refusal, .. }) => cx.send(CLIENTS, Mail::Told(theirs, Told::Refused(refusal))),
            Ok(event) => {
                self.tickets += 1;
                self.asked.insert(self.tickets, (theirs, *event.id()));
                if let Ok(verified) = Verified::by(node.verifier(), event) {
                    node.submit(self.tickets, verified, now);
                }
            }
        }
    }

    fn pump(&mut self, now: Tick, cx: &mut Context<'_, Part<M>>) {
        while let Some(output) = self.node.as_mut().and_then(Node::poll) {
            match output {
                Output::File(request) => cx.disk(request),
                Output::Entry { entry, .. } => cx.note(Note::Entry(entry)),
                Output::Reply(ticket, answer) => self.answer(ticket, answer, cx),
                Output::Ready { torn } => self.ready(torn.is_some(), now, cx),
                Output::Halted(halt) => cx.halt(halt.to_string()),
                Output::Checkpoint(_) => {}
            }
        }
    }

    fn answer(&mut self, ticket: Ticket, answer: Answer<Plain<M>>, cx: &mut Context<'_, Part<M>>) {
        let Some((theirs, id)) = self.asked.remove(&ticket) else { return };
        let told = match answer {
            Answer::Accepted(receipt) => {
                cx.note(Note::Acknowledged(receipt.seq, receipt.id));
                Told::Accepted(receipt.seq)
            }
            Answer::Refused(refusal) => {
                cx.note(Note::Refused(id));
                Told::Refused(refusal)
            }
            // who asks a node that is starting, asks again
            Answer::Unavailable => return,
        };
        cx.send(CLIENTS, Mail::Told(theirs, told));
    }

    fn ready(&mut self, torn: bool, now: Tick, cx: &mut Context<'_, Part<M>>) {
        let Some(node) = &mut self.node else { return };
        let size = node.durable().head.size;
        cx.note(Note::Ready(size, torn));
        if size == 0 {
            let genesis = Event::Genesis(Genesis { origin: ORIGIN.to_string() });
            let genesis =
                Parsed::new::<Plain<M>>(&genesis, ORIGIN).map(|genesis| Verified::by(node.verifier(), genesis));
            node.found(genesis.expect("it is canonical").expect("nothing is refused"), now);
        }
    }
}

/// Everybody's clients.
pub struct Clients<M: Simple> {
    play: Arc<Play<M::Event>>,
    /// The step under way; its number is its ticket.
    step: usize,
    /// How many events of an actor are entries.
    counts: BTreeMap<String, u32>,
    asking: Option<Mail>,
}

impl<M: Simple> Clients<M> {
    fn waiting_for(&self) -> Option<Cow<'static, str>> {
        match self.play.steps.get(self.step) {
            Some(step) => Some(format!("step {}, {} does {}", self.step + 1, step.by, step.title).into()),
            None => (self.step == self.play.steps.len()).then(|| "the ledger to close".into()),
        }
    }

    fn on(&mut self, input: Input<Mail>, cx: &mut Context<'_, Part<M>>) {
        match input {
            Input::Restart(_) => self.schedule(cx),
            Input::Timer(DUE) => self.ask(cx),
            Input::Timer(_) => self.send(cx),
            Input::Message { message: Mail::Told(ticket, told), .. } if ticket == self.step as u64 => {
                self.told(told, cx);
            }
            Input::Message { message: Mail::Closed, .. } => {
                cx.cancel_timer(AGAIN);
                self.step = self.play.steps.len() + 1;
            }
            Input::Message { .. } | Input::Disk(_) => {}
        }
    }

    fn schedule(&self, cx: &mut Context<'_, Part<M>>) {
        cx.set_timer(DUE, self.play.steps.get(self.step).map_or(0, |step| step.after_ms * MILLISECOND));
    }

    fn ask(&mut self, cx: &mut Context<'_, Part<M>>) {
        self.asking = match self.play.steps.get(self.step) {
            None => Some(Mail::Close),
            Some(step) => {
                let n = Int::from(self.counts.get(&step.by).copied().unwrap_or(0) + 1);
                match Act::new(step.by.clone(), n, step.event.clone()) {
                    Ok(act) => {
                        let mut bytes = Vec::new();
                        Plain::<M>::encode(&Event::Act(act), &mut bytes);
                        Some(Mail::Submit(self.step as u64, Arc::new(bytes)))
                    }
                    Err(error) => {
                        self.told(Told::Refused(Refusal::Broken(format!("an event cannot be written: {error}"))), cx);
                        return;
                    }
                }
            }
        };
        self.send(cx);
    }

    fn send(&self, cx: &mut Context<'_, Part<M>>) {
        if let Some(mail) = &self.asking {
            cx.send(NODE, mail.clone());
            cx.set_timer(AGAIN, PATIENCE);
        }
    }

    fn told(&mut self, told: Told, cx: &mut Context<'_, Part<M>>) {
        cx.cancel_timer(AGAIN);
        self.asking = None;
        if let (Told::Accepted(_), Some(step)) = (&told, self.play.steps.get(self.step)) {
            *self.counts.entry(step.by.clone()).or_default() += 1;
        }
        cx.note(Note::Step(self.step, told));
        self.step += 1;
        self.schedule(cx);
    }
}

/// Listens to a run and writes its tale.
struct Teller<E> {
    play: Arc<Play<E>>,
    tale: Rc<RefCell<Tale>>,
    /// What followed from an entry, until its step is told.
    said: BTreeMap<u64, Vec<String>>,
}

impl<M: Simple> Invariant<Part<M>> for Teller<M::Event> {
    fn name(&self) -> &str {
        "the tale"
    }

    fn observe(&mut self, view: &View<'_, Part<M>>) -> Result<(), String> {
        let at = self.play.start + view.now / MILLISECOND;
        let tale = Rc::clone(&self.tale);
        let mut tale = tale.borrow_mut();
        view.notes().for_each(|note| self.note::<M>(&mut tale, at, note));
        Ok(())
    }

    fn finish(&mut self, view: &View<'_, Part<M>>) -> Result<(), String> {
        let mut tale = self.tale.borrow_mut();
        tale.files = view.files(NODE);
        let Some(node) = node(view) else { return Ok(()) };
        let mut ledger = node.durable().clone();
        tale.head = Some((ledger.head.size, ledger.head.hash));
        tale.state_root = Some(state_root(&mut ledger.state));
        let start = || serde_json::to_value(M::State::default()).ok();
        tale.state = ledger.state.json().map_or_else(start, |json| serde_json::from_str(json).ok());
        Ok(())
    }
}

impl<E> Teller<E> {
    fn note<M: Simple<Event = E>>(&mut self, tale: &mut Tale, at: Tick, note: &Note<Plain<M>>) {
        match note {
            Note::Ready(size, torn) => tale.is_back(at, *size, *torn),
            Note::Entry(entry) if !self.said.contains_key(&entry.stamp.seq) => {
                self.said.insert(entry.stamp.seq, said::<M>(tale, entry));
            }
            Note::Step(index, told) => self.step(tale, at, *index, told),
            Note::Entry(_) | Note::Acknowledged(..) | Note::Refused(..) => {}
        }
    }

    fn step(&self, tale: &mut Tale, at: Tick, index: usize, told: &Told) {
        let Some(Step { by, title, refused, .. }) = self.play.steps.get(index) else { return };
        let (seq, follows) = match told {
            Told::Accepted(seq) => (Some(*seq), self.said.get(seq).cloned().unwrap_or_default()),
            Told::Refused(refusal) => {
                *tale.refusals.entry(refusal.to_string()).or_default() += 1;
                (None, vec![format!("refused: {refusal}")])
            }
        };
        let failure = match (refused, told) {
            (Some(code), Told::Refused(refusal)) if *code == refusal.to_string() => None,
            (Some(code), Told::Refused(refusal)) => {
                Some(format!("should be refused as {code}, was refused as {refusal}"))
            }
            (Some(code), Told::Accepted(_)) => Some(format!("should be refused as {code}, was not refused")),
            (None, Told::Refused(refusal)) => Some(format!("was refused as {refusal}, which nobody declared")),
            (None, Told::Accepted(_)) => None,
        };
        tale.failures.extend(failure.map(|failure| format!("step {}, {by} {title}: {failure}", index + 1)));
        tale.lines.push(Line { at, who: by.clone(), what: (*title).to_string(), seq, follows });
    }
}

/// Counts an entry, and says what followed.
fn said<M: Simple>(tale: &mut Tale, entry: &Entry<Plain<M>>) -> Vec<String> {
    let Event::Act(act) = &entry.event else { return Vec::new() };
    *tale.entries.entry(act.kind()).or_default() += 1;
    let made = entry.effects.iter().filter_map(|effect| match effect {
        Effect::Made(_, json) => Some(json.clone()),
        Effect::Refused(_) => None,
    });
    made.inspect(|json| {
        if let Some((name, _)) = named(json) {
            *tale.effects.entry(name).or_default() += 1;
        }
    })
    .collect()
}
