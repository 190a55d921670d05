//! The processes of a trust world: one enum, because the engine runs one type.

use std::borrow::Cow;

use super::{
    actor::Actor,
    director::Director,
    mail::{Mail, Note},
    server::Server,
};
use crate::engine::{Context, Input, Process};

/// One process.
pub enum Part {
    /// The node with its door.
    Server(Box<Server>),
    /// Who gives the cues.
    Director(Director),
    /// A client.
    Actor(Box<Actor>),
}

impl Process for Part {
    type Message = Mail;
    type Note = Note;

    fn on(&mut self, input: Input<Mail>, cx: &mut Context<'_, Self>) {
        match self {
            Self::Server(server) => server.on(input, cx),
            Self::Director(director) => director.on(input, cx),
            Self::Actor(actor) => actor.on(input, cx),
        }
    }

    fn waiting_for(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Server(server) => server.waiting_for(),
            Self::Director(director) => director.waiting_for(),
            Self::Actor(actor) => actor.waiting_for(),
        }
    }
}
