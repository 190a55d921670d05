//! The workload that the engine is measured with: clients in a closed loop, a server that chains hashes.
//!
//! Eight clients each send a request of 100 bytes, wait for the reply, and send the next; who has no reply after 50 ms
//! sends again. The server does `head = SHA-256(head || payload)` and replies with the head. Messages take 1 to 10 ms,
//! 1 % are lost, 1 % arrive twice.

use sha2::{Digest, Sha256};
use sim::engine::{
    Bounds, Context, Fault, Faults, Input, MILLISECOND, Member, Micros, Process, ProcessId, Rate, Record, Setup,
    Source, run,
};

pub(crate) const CLIENTS: u32 = 8;
pub(crate) const RESEND: Micros = 50 * MILLISECOND;
pub(crate) const PPM: u32 = 10_000;

/// Runs the workload once on our engine; how many messages were delivered.
pub(crate) fn ours(seed: u64, requests: u32) -> u64 {
    let report = run(&Chain { requests }, Source::Seed(seed));
    assert!(report.verdict.is_pass(), "seed {seed}: {}", report.verdict);
    report.counters.delivered
}

/// A request's payload: as different as its sender and number.
pub(crate) fn payload(client: u32, number: u32) -> [u8; 100] {
    let mut bytes = [7; 100];
    bytes[..4].copy_from_slice(&client.to_le_bytes());
    bytes[4..8].copy_from_slice(&number.to_le_bytes());
    bytes
}

/// The server's work for one request.
pub(crate) fn chain(head: &[u8; 32], payload: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(head);
    hash.update(payload);
    hash.finalize().into()
}

struct Chain {
    requests: u32,
}

impl Setup for Chain {
    type Process = Peer;

    fn members(&self) -> Vec<Member> {
        let clients = (1..=CLIENTS).map(|nth| Member::steady(format!("client{nth}")));
        std::iter::once(Member::steady("server")).chain(clients).collect()
    }

    fn boot(&self, id: ProcessId) -> Peer {
        match id.0 {
            0 => Peer::Server { head: [0; 32] },
            _ => Peer::Client { number: 0, left: self.requests },
        }
    }

    fn faults(&self) -> Faults {
        Faults::none().with(Fault::Drop, Rate::Ppm(PPM)).with(Fault::Duplicate, Rate::Ppm(PPM))
    }

    fn bounds(&self) -> Bounds {
        // as long as it takes
        Bounds { storm: Micros::MAX / 2, events: u64::MAX, ..Bounds::default() }
    }
}

enum Peer {
    Server { head: [u8; 32] },
    Client { number: u32, left: u32 },
}

#[derive(Clone, Debug)]
pub(crate) enum Message {
    Request { number: u32, payload: [u8; 100] },
    Reply { number: u32, head: [u8; 32] },
}

impl Record for Message {
    #[inline]
    fn record(&self, out: &mut Vec<u8>) {
        let (number, bytes): (_, &[u8]) = match self {
            Self::Request { number, payload } => (number, payload),
            Self::Reply { number, head } => (number, head),
        };
        out.extend_from_slice(&number.to_le_bytes());
        out.extend_from_slice(bytes);
    }
}

impl Process for Peer {
    type Message = Message;
    type Note = ();

    fn on(&mut self, input: Input<Message>, cx: &mut Context<'_, Self>) {
        match self {
            Self::Server { head } => {
                if let Input::Message { from, message: Message::Request { number, payload } } = input {
                    *head = chain(head, &payload);
                    cx.send(from, Message::Reply { number, head: *head });
                }
            }
            Self::Client { number, left } => match input {
                Input::Message { message: Message::Reply { number: answered, .. }, .. } => {
                    if answered == *number && *left > 0 {
                        (*number, *left) = (*number + 1, *left - 1);
                        ask(*number, *left, cx);
                    }
                }
                _ => ask(*number, *left, cx),
            },
        }
    }

    fn waiting_for(&self) -> Option<std::borrow::Cow<'static, str>> {
        matches!(self, Self::Client { left: 1.., .. }).then(|| "a reply".into())
    }
}

fn ask(number: u32, left: u32, cx: &mut Context<'_, Peer>) {
    if left == 0 {
        return cx.cancel_timer(0);
    }
    let payload = payload(cx.me().0, number);
    cx.send(ProcessId(0), Message::Request { number, payload });
    cx.set_timer(0, RESEND);
}
