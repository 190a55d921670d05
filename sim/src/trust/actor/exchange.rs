//! One question to the door, asked again until it is answered.

use std::sync::Arc;

use machine::door::{Reply, Request};

use super::{Actor, Cast};
use crate::{
    engine::{Context, MILLISECOND, Micros, ProcessId},
    trust::{mail::Mail, part::Part, world::ACTORS},
};

/// The first pause before a question is asked again; each further one is twice as long.
const PATIENCE: Micros = 400 * MILLISECOND;
/// The longest pause.
const PATIENCE_MAX: Micros = 30_000 * MILLISECOND;
const AGAIN: u64 = 0;

/// A question under way.
pub(super) struct Exchange {
    ticket: u64,
    request: Arc<Request>,
    patience: Micros,
}

impl Actor {
    pub(super) fn ask(&mut self, request: Request, cx: &mut Context<'_, Part>) {
        self.tickets += 1;
        let exchange = Exchange { ticket: self.tickets, request: Arc::new(request), patience: PATIENCE };
        send(&self.cast, &exchange, cx);
        self.is_overheard(&exchange.request, cx);
        self.exchange = Some(exchange);
    }

    /// Whoever listens hears every intent of the others, once.
    fn is_overheard(&self, request: &Arc<Request>, cx: &mut Context<'_, Part>) {
        if let Request::Submit(_) = **request {
            let listeners = (0..).zip(&self.cast.story.cast).filter(|(at, role)| role.listens && *at != self.index);
            for (at, _) in listeners {
                cx.send(ProcessId(ACTORS + at), Mail::Overheard(self.index, Arc::clone(request)));
            }
        }
    }

    pub(super) fn ask_again(&mut self, cx: &mut Context<'_, Part>) {
        if let Some(exchange) = &mut self.exchange {
            exchange.patience = (exchange.patience * 2).min(PATIENCE_MAX);
            send(&self.cast, exchange, cx);
        }
    }

    pub(super) fn told(&mut self, ticket: u64, reply: &Reply, cx: &mut Context<'_, Part>) {
        let ours = self.exchange.as_ref().is_some_and(|exchange| exchange.ticket == ticket);
        // a service that is starting will be asked again when patience runs out
        if ours && *reply != Reply::Unavailable {
            cx.cancel_timer(AGAIN);
            self.exchange = None;
            self.heed(reply, cx);
            self.go_on(cx);
        }
    }
}

fn send(cast: &Cast, exchange: &Exchange, cx: &mut Context<'_, Part>) {
    cx.send(cast.node, Mail::Ask(exchange.ticket, Arc::clone(&exchange.request)));
    cx.set_timer(AGAIN, exchange.patience);
}
