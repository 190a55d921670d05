//! An actor's questions to the door: who listens hears them, and each answer takes the step on.

use std::sync::Arc;

use machine::door::{Reply, Request};

use super::Actor;
use crate::{
    engine::{Context, ProcessId},
    ledger::WireMessage,
    trust::{ACTORS, client::TrustProcess},
};

impl Actor {
    pub(super) fn ask(&mut self, request: Request, cx: &mut Context<'_, TrustProcess>) {
        let request = Arc::new(request);
        self.exchange.ask(Arc::clone(&request), cx);
        self.is_overheard(&request, cx);
    }

    /// Whoever listens hears every intent of the others, once.
    fn is_overheard(&self, request: &Arc<Request>, cx: &mut Context<'_, TrustProcess>) {
        if let Request::Submit(_) = **request {
            let listeners = (0..).zip(&self.cast.story.cast).filter(|(at, role)| role.listens && *at != self.index);
            for (at, _) in listeners {
                cx.send(ProcessId(ACTORS + at), WireMessage::Overheard(self.index, Arc::clone(request)));
            }
        }
    }

    pub(super) fn told(&mut self, ticket: u64, reply: &Reply, cx: &mut Context<'_, TrustProcess>) {
        // a service that is starting will be asked again when patience runs out
        if *reply != Reply::Unavailable && self.exchange.end(ticket, cx) {
            self.heed(reply, cx);
            self.go_on(cx);
        }
    }
}
