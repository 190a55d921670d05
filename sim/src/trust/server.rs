//! The node's process: a door over a simulated disk. It only moves bytes; all that it decides is decided in the door.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use machine::{
    door::{Door, Output, Reply},
    kernel::{Tick, node::Config},
    trust::{Event, verify::Signatures},
};

use super::{
    crypto::Crypto,
    mail::{Mail, Note, Outcome},
    part::Part,
};
use crate::engine::{Completion, Context, Input, ProcessId};

/// What the node is started with: nothing of it changes in a run.
#[derive(Clone)]
pub struct ServerConfig {
    /// The node's.
    pub node: Config,
    /// Real or sealed.
    pub crypto: Crypto,
    /// The ledger's name.
    pub origin: String,
    /// Entry 0.
    pub genesis: Arc<Event>,
    /// The tick at which the run starts.
    pub start: Tick,
}

/// The node's process.
pub struct Server {
    config: Arc<ServerConfig>,
    door: Option<Door<Crypto>>,
    /// Who asked, and under which ticket of theirs.
    asked: BTreeMap<u64, (ProcessId, u64)>,
    tickets: u64,
    /// Who wants the ledger closed, as which step.
    closing: Option<(ProcessId, usize)>,
}

impl Server {
    /// A node that knows nothing yet but its configuration.
    #[must_use]
    pub fn new(config: Arc<ServerConfig>) -> Self {
        Self { config, door: None, asked: BTreeMap::new(), tickets: 0, closing: None }
    }

    /// The door, once the process was told of its disk.
    #[must_use]
    pub fn door(&self) -> Option<&Door<Crypto>> {
        self.door.as_ref()
    }

    /// What it still has to do.
    pub(super) fn waiting_for(&self) -> Option<Cow<'static, str>> {
        let idle = self.door.as_ref().is_some_and(|door| door.idle() && door.node().durable().head.size > 0);
        (!idle).then_some(Cow::Borrowed("its disk"))
    }

    pub(super) fn on(&mut self, input: Input<Mail>, cx: &mut Context<'_, Part>) {
        let now = self.config.start + cx.now() / 1_000;
        match input {
            Input::Restart(listing) => {
                let verifier = Signatures { origin: self.config.origin.clone(), arithmetic: self.config.crypto };
                self.door = Some(Door::open(self.config.node.clone(), verifier, &listing));
            }
            Input::Message { from, message: Mail::Ask(ticket, request) } => {
                self.tickets += 1;
                self.asked.insert(self.tickets, (from, ticket));
                if let Some(door) = &mut self.door {
                    door.request(self.tickets, (*request).clone(), now);
                }
            }
            Input::Disk(Completion { id, result }) => {
                if let Some(door) = &mut self.door {
                    door.completed(id, result);
                }
            }
            Input::Message { from, message: Mail::Cue(step) } => {
                self.closing = Some((from, step));
                if let Some(door) = &mut self.door {
                    door.close();
                }
            }
            Input::Message { .. } | Input::Timer(_) => {}
        }
        self.pump(now, cx);
        self.closed(cx);
    }

    /// Does what the door wants done.
    fn pump(&mut self, now: Tick, cx: &mut Context<'_, Part>) {
        while let Some(output) = self.door.as_mut().and_then(Door::poll) {
            match output {
                Output::File(request) => cx.disk(request),
                Output::Reply(ticket, reply) => self.answer(ticket, reply, cx),
                Output::Entry { entry, replayed } => cx.note(Note::Entry { entry, replayed }),
                Output::Checkpoint(_) => cx.note(Note::Event(Cow::Borrowed("a checkpoint is signed"))),
                Output::Ready { torn } => self.ready(torn.is_some(), now, cx),
                Output::Halted(halt) => cx.halt(halt.to_string()),
            }
        }
    }

    /// Tells that the ledger is closed, once nothing of that is under way.
    fn closed(&mut self, cx: &mut Context<'_, Part>) {
        if self.waiting_for().is_none()
            && let Some((to, step)) = self.closing.take()
        {
            cx.send(to, Mail::Done(step, Outcome::Seen("complete".to_string())));
        }
    }

    fn answer(&mut self, ticket: u64, reply: Reply, cx: &mut Context<'_, Part>) {
        let Some((to, theirs)) = self.asked.remove(&ticket) else { return };
        if let Reply::Accepted(receipt) = &reply {
            cx.note(Note::Acknowledged { seq: receipt.seq, id: receipt.id });
        }
        cx.send(to, Mail::Told(theirs, Arc::new(reply)));
    }

    fn ready(&mut self, torn: bool, now: Tick, cx: &mut Context<'_, Part>) {
        let Some(door) = &mut self.door else { return };
        cx.note(Note::Ready { size: door.node().durable().head.size, torn });
        if door.node().durable().head.size == 0 {
            door.found(&self.config.genesis, now);
        }
    }
}
