//! One question of a client to the node, asked again until it is answered.

use std::sync::Arc;

use machine::kernel::node::Ticket;

use super::{Front, LedgerProcess, LedgerWorld, NODE, WireMessage};
use crate::engine::{Context, MILLISECOND, Micros};

/// The timer that runs out when a question was not answered in time. A client sets its own timers under other ids.
pub const AGAIN: u64 = 0;
/// The first pause before a question is asked again; each further one is twice as long.
const PATIENCE: Micros = 400 * MILLISECOND;
/// The longest pause before a question is asked again.
const PATIENCE_MAX: Micros = 30_000 * MILLISECOND;

/// The questions of one client: at most one is under way at a time.
#[derive(Debug)]
pub struct Exchange<Q> {
    tickets: Ticket,
    /// The question under way, and the pause until it is asked again.
    pending: Option<(Arc<Q>, Micros)>,
}

impl<Q> Default for Exchange<Q> {
    fn default() -> Self {
        Self { tickets: 0, pending: None }
    }
}

impl<Q> Exchange<Q> {
    /// Whether a question waits for its answer.
    #[must_use]
    pub const fn is_pending(&self) -> bool {
        self.pending.is_some()
    }

    /// Asks the node, under a ticket of its own.
    pub fn ask<W>(&mut self, request: Arc<Q>, cx: &mut Context<'_, LedgerProcess<W>>)
    where
        W: LedgerWorld<Front: Front<Request = Q>>,
    {
        self.tickets += 1;
        self.pending = Some((request, PATIENCE));
        self.send(cx);
    }

    /// Asks the same once more, after [`AGAIN`] ran out.
    pub fn ask_again<W>(&mut self, cx: &mut Context<'_, LedgerProcess<W>>)
    where
        W: LedgerWorld<Front: Front<Request = Q>>,
    {
        if let Some((_, patience)) = &mut self.pending {
            *patience = (*patience * 2).min(PATIENCE_MAX);
            self.send(cx);
        }
    }

    /// Ends the exchange if this ticket is that of the question under way; false if it is not.
    pub fn end<W: LedgerWorld>(&mut self, ticket: Ticket, cx: &mut Context<'_, LedgerProcess<W>>) -> bool {
        let ours = self.pending.is_some() && ticket == self.tickets;
        if ours {
            cx.cancel_timer(AGAIN);
            self.pending = None;
        }
        ours
    }

    fn send<W>(&self, cx: &mut Context<'_, LedgerProcess<W>>)
    where
        W: LedgerWorld<Front: Front<Request = Q>>,
    {
        if let Some((request, patience)) = &self.pending {
            cx.send(NODE, WireMessage::Ask(self.tickets, Arc::clone(request)));
            cx.set_timer(AGAIN, *patience);
        }
    }
}
