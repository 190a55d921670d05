//! The clients of a trust world: one enum, because the engine runs one type.

use std::borrow::Cow;

use super::{TrustWorld, actor::Actor, director::Director};
use crate::{
    engine::{Context, Input},
    ledger::{Client, LedgerProcess, MessageOf},
};

/// A process of a trust world.
pub type TrustProcess = LedgerProcess<TrustWorld>;
/// A message between two processes of a trust world.
pub type TrustMessage = MessageOf<TrustWorld>;

/// A process that is not the node's.
pub enum TrustClient {
    /// Gives each step its turn.
    Director(Director),
    /// Takes the steps of one actor.
    Actor(Box<Actor>),
}

impl Client<TrustWorld> for TrustClient {
    fn on(&mut self, input: Input<TrustMessage>, cx: &mut Context<'_, TrustProcess>) {
        match self {
            Self::Director(director) => director.on(input, cx),
            Self::Actor(actor) => actor.on(input, cx),
        }
    }

    fn waiting_for(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Director(director) => director.waiting_for(),
            Self::Actor(actor) => actor.waiting_for(),
        }
    }
}
