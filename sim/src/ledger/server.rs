//! The node's process: a front over a simulated disk. It only moves bytes; all that is decided is decided in the front.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use machine::kernel::{Tick, node::Ticket};

use super::{Front, FrontOutput, LedgerProcess, LedgerWorld, MessageOf, Note, StepOutcome, WireMessage};
use crate::engine::{Completion, Context, Input, MILLISECOND, ProcessId};

/// The node's process.
pub struct Server<W: LedgerWorld> {
    world: Arc<W>,
    front: Option<W::Front>,
    /// Who asked, and under which ticket of theirs.
    asked: BTreeMap<Ticket, (ProcessId, Ticket)>,
    tickets: Ticket,
    /// Who wants the ledger closed, as which step.
    closing: Option<(ProcessId, usize)>,
}

impl<W: LedgerWorld> Server<W> {
    /// A node that knows nothing yet but its configuration.
    #[must_use]
    pub fn new(world: Arc<W>) -> Self {
        Self { world, front: None, asked: BTreeMap::new(), tickets: 0, closing: None }
    }

    /// The front, once the process was told of its disk.
    #[must_use]
    pub fn front(&self) -> Option<&W::Front> {
        self.front.as_ref()
    }

    pub(super) fn waiting_for(&self) -> Option<Cow<'static, str>> {
        let idle = self.front.as_ref().is_some_and(|front| front.idle() && front.node().durable().head.size > 0);
        (!idle).then_some(Cow::Borrowed("its disk"))
    }

    pub(super) fn on(&mut self, input: Input<MessageOf<W>>, cx: &mut Context<'_, LedgerProcess<W>>) {
        let now = self.world.start() + cx.now() / MILLISECOND;
        match (input, &mut self.front) {
            (Input::Restart(listing), front) => *front = Some(W::Front::open(self.world.config(), &listing)),
            (Input::Message { from, message: WireMessage::Ask(ticket, request) }, Some(front)) => {
                self.tickets += 1;
                self.asked.insert(self.tickets, (from, ticket));
                front.request(self.tickets, &request, now);
            }
            (Input::Message { from, message: WireMessage::Cue(step) }, Some(front)) => {
                self.closing = Some((from, step));
                front.close();
            }
            (Input::Disk(Completion { id, result }), Some(front)) => front.completed(id, result),
            (Input::Message { .. } | Input::Timer(_) | Input::Disk(_), _) => {}
        }
        self.pump(now, cx);
        self.report_closed(cx);
    }

    /// Does what the front wants done.
    fn pump(&mut self, now: Tick, cx: &mut Context<'_, LedgerProcess<W>>) {
        while let Some(output) = self.front.as_mut().and_then(Front::poll) {
            match output {
                FrontOutput::File(request) => cx.disk(request),
                FrontOutput::Reply(ticket, reply) => self.answer(ticket, reply, cx),
                FrontOutput::Entry { entry, replayed } => cx.note(Note::Entry { entry, replayed }),
                FrontOutput::Checkpoint(note) => cx.note(Note::Checkpoint(note)),
                FrontOutput::Ready { torn } => self.ready(torn, now, cx),
                FrontOutput::Halted(reason) => cx.halt(reason),
            }
        }
    }

    /// Tells who asked for it that the ledger is closed, once nothing of that is under way.
    fn report_closed(&mut self, cx: &mut Context<'_, LedgerProcess<W>>) {
        if self.waiting_for().is_none()
            && let Some((to, step)) = self.closing.take()
        {
            cx.send(to, WireMessage::Done(step, StepOutcome::Seen("complete".to_string())));
        }
    }

    fn answer(&mut self, ticket: Ticket, reply: <W::Front as Front>::Reply, cx: &mut Context<'_, LedgerProcess<W>>) {
        let Some((to, theirs)) = self.asked.remove(&ticket) else { return };
        if let Some(receipt) = W::Front::receipt(&reply) {
            cx.note(Note::Acknowledged { seq: receipt.seq, id: receipt.id });
        }
        cx.send(to, WireMessage::Told(theirs, Arc::new(reply)));
    }

    fn ready(&mut self, torn: bool, now: Tick, cx: &mut Context<'_, LedgerProcess<W>>) {
        let Some(front) = &mut self.front else { return };
        let size = front.node().durable().head.size;
        cx.note(Note::Ready { size, torn });
        if size == 0 {
            front.found(self.world.config(), now);
        }
    }
}
