//! A bare node as a front: reads events from their bytes and submits them. There is nothing to verify.

use std::collections::VecDeque;

use machine::kernel::{
    Clocks, Parsed, Verified,
    files::{FileResult, Listing, OpId},
    machine::Malformed,
    node::{Answer, Config, Node, Output, Receipt, Ticket},
};

use super::{
    Plain, Simple,
    ledgered::{ORIGIN, PlainEvent, PlainGenesis},
};
use crate::ledger::{Front, FrontOutput, RecordNumbered, record_bytes, record_debug};

/// The node of a plain machine, with the answers that need no node.
pub struct PlainFront<M: Simple> {
    node: Node<Plain<M>, Plain<M>>,
    malformed: VecDeque<(Ticket, Answer<Plain<M>>)>,
}

impl<M: Simple> Front for PlainFront<M> {
    type Machine = Plain<M>;
    type Verifier = Plain<M>;
    type Config = Config;
    type Request = Vec<u8>;
    type Reply = Answer<Plain<M>>;

    fn open(config: &Config, listing: &Listing, _: Clocks) -> Self {
        Self { node: Node::open(config.clone(), Plain::default(), listing), malformed: VecDeque::new() }
    }

    fn found(&mut self, _: &Config, now: Clocks) {
        let genesis = PlainEvent::Genesis(PlainGenesis { origin: ORIGIN.to_string() });
        let genesis = Parsed::new::<Plain<M>>(&genesis, ORIGIN).expect("a genesis of our own is canonical");
        let verified = Verified::by(self.node.verifier(), genesis).expect("nothing is signed");
        self.node.found(verified, now.wall);
    }

    fn request(&mut self, ticket: Ticket, bytes: &Vec<u8>, now: Clocks) {
        let read = Parsed::read::<Plain<M>>(bytes.as_slice(), ORIGIN).map_err(|Malformed { refusal, .. }| refusal);
        match read.and_then(|event| Verified::by(self.node.verifier(), event)) {
            Ok(verified) => self.node.submit(ticket, verified, now.wall),
            Err(refusal) => self.malformed.push_back((ticket, Answer::Refused(refusal))),
        }
    }

    fn completed(&mut self, id: OpId, result: FileResult) {
        self.node.completed(id, result);
    }

    fn poll(&mut self) -> Option<FrontOutput<Self>> {
        if let Some((ticket, answer)) = self.malformed.pop_front() {
            return Some(FrontOutput::Reply(ticket, answer));
        }
        Some(match self.node.poll()? {
            Output::File(request) => FrontOutput::File(request),
            Output::Reply(ticket, answer) => FrontOutput::Reply(ticket, answer),
            Output::Entry { entry, replayed } => FrontOutput::Entry { entry, replayed },
            Output::Checkpoint(note) => FrontOutput::Checkpoint(note),
            Output::Ready { torn, .. } => FrontOutput::Ready { torn: torn.is_some() },
            Output::Halted(halt) => FrontOutput::Halted(halt.to_string()),
        })
    }

    fn node(&self) -> &Node<Plain<M>, Plain<M>> {
        &self.node
    }

    fn idle(&self) -> bool {
        self.node.idle() && self.malformed.is_empty()
    }

    fn close(&mut self) {
        self.node.close();
    }

    fn receipt(answer: &Answer<Plain<M>>) -> Option<&Receipt> {
        match answer {
            Answer::Accepted(receipt) => Some(receipt),
            Answer::Refused(_) | Answer::Unavailable | Answer::Busy => None,
        }
    }

    fn is_refusal(answer: &Answer<Plain<M>>) -> bool {
        matches!(answer, Answer::Refused(_))
    }
}

impl RecordNumbered for Vec<u8> {
    fn record(&self, ticket: Ticket, out: &mut Vec<u8>) {
        record_bytes(b's', ticket, self, out);
    }
}

impl<M: Simple> RecordNumbered for Answer<Plain<M>> {
    fn record(&self, ticket: Ticket, out: &mut Vec<u8>) {
        record_debug(b't', ticket, self, out);
    }
}
