//! The node's process: a front over a simulated disk. It only moves bytes; all that is decided is decided in the front.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use machine::kernel::{Clocks, files::FileOp, node::Ticket};

use super::{ClockJump, Front, FrontOutput, LedgerProcess, LedgerWorld, MessageOf, Note, StepOutcome, WireMessage};
use crate::engine::{Completion, Context, Input, MILLISECOND, ProcessId};

/// How the names of segments begin.
const SEGMENT: &str = "segment-";
/// The file in which the node writes a checkpoint before it takes the place of the last.
const CHECKPOINT_NEW: &str = "checkpoint.new";

/// The name of the segment that begins with this entry.
fn segment_file(first: u64) -> String {
    format!("{SEGMENT}{first:016}.jsonl")
}

/// How often something that only a busy node does happened since the process was started. No part of a run's root.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServerCounters {
    /// Groups of more than one entry that became durable together.
    pub groups: u64,
    /// Segments begun behind the first.
    pub rotations: u64,
    /// Refusals that waited until the entries before them were durable.
    pub late_refusals: u64,
    /// Checkpoints made while more entries were applied than are durable.
    pub early_checkpoints: u64,
    /// How often the node forgot receipts.
    pub sweeps: u64,
}

/// The process of the node: its front, and the clients that wait for replies.
pub struct Server<W: LedgerWorld> {
    world: Arc<W>,
    front: Option<W::Front>,
    /// Who asked, under which ticket of theirs, and with which input of this process.
    asked: BTreeMap<Ticket, (ProcessId, Ticket, u64)>,
    tickets: Ticket,
    /// How many inputs the process has taken.
    inputs: u64,
    counters: ServerCounters,
    /// For how many lanes the node held receipts last.
    lanes: usize,
    /// Who wants the ledger closed, as which step.
    closing: Option<(ProcessId, usize)>,
}

impl<W: LedgerWorld> Server<W> {
    /// A node that knows nothing yet but its configuration.
    #[must_use]
    pub fn new(world: Arc<W>) -> Self {
        let (asked, counters) = (BTreeMap::new(), ServerCounters::default());
        Self { world, front: None, asked, tickets: 0, inputs: 0, counters, lanes: 0, closing: None }
    }

    /// The front, once the process was told of its disk.
    #[must_use]
    pub fn front(&self) -> Option<&W::Front> {
        self.front.as_ref()
    }

    /// What happened since the process was started.
    #[must_use]
    pub const fn counters(&self) -> ServerCounters {
        self.counters
    }

    pub(super) fn waiting_for(&self) -> Option<Cow<'static, str>> {
        let idle = self.front.as_ref().is_some_and(|front| front.idle() && front.node().durable().head.size > 0);
        (!idle).then_some(Cow::Borrowed("its disk"))
    }

    pub(super) fn on(&mut self, input: Input<MessageOf<W>>, cx: &mut Context<'_, LedgerProcess<W>>) {
        let now = self.clocks(cx.now() / MILLISECOND);
        self.inputs += 1;
        match (input, &mut self.front) {
            (Input::Restart(listing), front) => *front = Some(W::Front::open(self.world.config(), &listing, now)),
            (Input::Message { from, message: WireMessage::Ask(ticket, request) }, Some(front)) => {
                self.tickets += 1;
                self.asked.insert(self.tickets, (from, ticket, self.inputs));
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

    /// The clocks of the node's computer, so many ms after the start of the run.
    fn clocks(&self, monotonic: u64) -> Clocks {
        let jump = self.world.clock_jump().filter(|ClockJump { after_ms, .. }| *after_ms <= monotonic);
        let ahead = jump.map_or(0, |ClockJump { by_ms, .. }| by_ms);
        Clocks { wall: self.world.start().saturating_add(monotonic).saturating_add(ahead), monotonic }
    }

    /// Does what the front wants done.
    fn pump(&mut self, now: Clocks, cx: &mut Context<'_, LedgerProcess<W>>) {
        let mut durable = 0;
        while let Some(output) = self.front.as_mut().and_then(Front::poll) {
            durable += u64::from(matches!(output, FrontOutput::Entry { replayed: false, .. }));
            match output {
                FrontOutput::File(request) => {
                    self.count_file(&request.op);
                    cx.disk(request);
                }
                FrontOutput::Reply(ticket, reply) => self.answer(ticket, reply, cx),
                FrontOutput::Entry { entry, replayed } => cx.note(Note::Entry { entry, replayed }),
                FrontOutput::Checkpoint(note) => cx.note(Note::Checkpoint(note)),
                FrontOutput::Ready { torn } => self.ready(torn, now, cx),
                FrontOutput::Halted(reason) => cx.halt(reason),
            }
        }
        self.counters.groups += u64::from(durable > 1);
        let lanes = self.front.as_ref().map_or(0, |front| front.node().lanes());
        self.counters.sweeps += u64::from(lanes < self.lanes);
        self.lanes = lanes;
    }

    /// Counts what a file operation tells of the node.
    fn count_file(&mut self, op: &FileOp) {
        let (FileOp::Create { file, .. }, Some(front)) = (op, &self.front) else { return };
        let is_busy = front.node().applied().head.size > front.node().durable().head.size;
        self.counters.rotations += u64::from(file.starts_with(SEGMENT) && *file != segment_file(0));
        self.counters.early_checkpoints += u64::from(file == CHECKPOINT_NEW && is_busy);
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
        let Some((to, theirs, asked)) = self.asked.remove(&ticket) else { return };
        self.counters.late_refusals += u64::from(W::Front::is_refusal(&reply) && asked < self.inputs);
        if let Some(receipt) = W::Front::receipt(&reply) {
            cx.note(Note::Acknowledged { seq: receipt.seq, id: receipt.id });
        }
        cx.send(to, WireMessage::Told(theirs, Arc::new(reply)));
    }

    fn ready(&mut self, torn: bool, now: Clocks, cx: &mut Context<'_, LedgerProcess<W>>) {
        let Some(front) = &mut self.front else { return };
        let size = front.node().durable().head.size;
        cx.note(Note::Ready { size, torn });
        if size == 0 {
            front.found(self.world.config(), now);
        }
    }
}
