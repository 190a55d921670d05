//! The door as the shared world drives it: a front with its crypto.

use std::sync::Arc;

use machine::{
    door::{Door, DoorOutput, Reply, Request},
    kernel::{
        Clocks,
        files::{FileResult, Listing, OpId},
        node::{Config, Node, Receipt, Ticket},
    },
    trust::{Event, Trust, verify::Signatures},
};

use super::crypto::Crypto;
use crate::ledger::{Front, FrontOutput};

/// What a door is opened with; nothing of it changes in a run.
#[derive(Clone)]
pub struct DoorConfig {
    /// How the node keeps its files.
    pub node: Config,
    /// Real signatures, or sealed ones.
    pub crypto: Crypto,
    /// The ledger's name, which every signature covers.
    pub origin: String,
    /// The event of entry 0.
    pub genesis: Arc<Event>,
    /// Whether whoever starts the door vouches for the time, however long after the last entry it is.
    pub accepts_time: bool,
}

impl Front for Door<Crypto> {
    type Machine = Trust;
    type Verifier = Signatures<Crypto>;
    type Config = DoorConfig;
    type Request = Request;
    type Reply = Reply;

    fn open(config: &DoorConfig, listing: &Listing, now: Clocks) -> Self {
        let verifier = Signatures { origin: config.origin.clone(), arithmetic: config.crypto };
        Self::open(config.node.clone(), verifier, listing, now, config.accepts_time)
    }

    fn found(&mut self, config: &DoorConfig, now: Clocks) {
        Self::found(self, &config.genesis, now);
    }

    fn request(&mut self, ticket: Ticket, request: &Request, now: Clocks) {
        Self::request(self, ticket, request.clone(), now);
    }

    fn completed(&mut self, id: OpId, result: FileResult) {
        Self::completed(self, id, result);
    }

    fn poll(&mut self) -> Option<FrontOutput<Self>> {
        Some(match Self::poll(self)? {
            DoorOutput::File(request) => FrontOutput::File(request),
            DoorOutput::Reply(ticket, reply) => FrontOutput::Reply(ticket, reply),
            DoorOutput::Entry { entry, replayed } => FrontOutput::Entry { entry, replayed },
            DoorOutput::Checkpoint(note) => FrontOutput::Checkpoint(note),
            DoorOutput::Ready { torn, .. } => FrontOutput::Ready { torn: torn.is_some() },
            DoorOutput::Halted(halt) => FrontOutput::Halted(halt.to_string()),
        })
    }

    fn node(&self) -> &Node<Trust, Signatures<Crypto>> {
        Self::node(self)
    }

    fn idle(&self) -> bool {
        Self::idle(self)
    }

    fn close(&mut self) {
        Self::close(self);
    }

    fn receipt(reply: &Reply) -> Option<&Receipt> {
        match reply {
            Reply::Accepted(receipt) => Some(receipt),
            _ => None,
        }
    }

    fn is_refusal(reply: &Reply) -> bool {
        matches!(reply, Reply::Refused { .. })
    }
}
