//! A world to test the engine with: clients ask a server one thing after another and ask again when no reply comes;
//! the server writes down what it served, and does not wait for its disk.

use std::borrow::Cow;

use machine::kernel::files::{FileOp, FileRequest};

use super::super::{
    Bounds, Context, Faults, Goal, Input, Invariant, MILLISECOND, Member, Process, ProcessId, Record, SECOND, Setup,
};

pub(super) const SERVER: ProcessId = ProcessId(0);

/// One server and some clients, with whatever faults and invariants.
pub(super) struct Echo {
    pub(super) clients: u32,
    pub(super) requests: u64,
    pub(super) faults: Faults,
    pub(super) invariants: fn() -> Vec<Box<dyn Invariant<Peer>>>,
    pub(super) bounds: Bounds,
}

impl Echo {
    pub(super) fn with(faults: Faults) -> Self {
        Self { clients: 3, requests: 20, faults, invariants: Vec::new, bounds: Bounds::default() }
    }
}

impl Setup for Echo {
    type Process = Peer;

    fn members(&self) -> Vec<Member> {
        let clients = (1..=self.clients).map(|nth| Member::steady(format!("client{nth}")));
        std::iter::once(Member::crashable("server")).chain(clients).collect()
    }

    fn boot(&self, id: ProcessId) -> Peer {
        match id {
            SERVER => Peer::Server { served: 0 },
            _ => Peer::Client { asked: 0, left: self.requests },
        }
    }

    fn faults(&self) -> Faults {
        self.faults
    }

    fn bounds(&self) -> Bounds {
        self.bounds
    }

    fn invariants(&self) -> Vec<Box<dyn Invariant<Peer>>> {
        (self.invariants)()
    }

    fn goals(&self) -> Vec<Goal<Peer>> {
        vec![
            super::super::sometimes("something is served", |view| view.notes().next().is_some()),
            super::super::sometimes("the moon is served", |_| false),
        ]
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Ask(u64),
    Reply(u64),
}

impl Record for Line {}

#[derive(Debug)]
pub(super) enum Peer {
    Server { served: u64 },
    Client { asked: u64, left: u64 },
}

impl Process for Peer {
    type Message = Line;
    /// What the server serves: who asked, and what.
    type Note = (u32, u64);

    fn on(&mut self, input: Input<Line>, cx: &mut Context<'_, Self>) {
        match (self, input) {
            (Self::Server { served }, Input::Message { from, message: Line::Ask(number) }) => {
                *served += 1;
                cx.note((from.0, number));
                write_down(*served, number, cx);
                cx.send(from, Line::Reply(number));
            }
            (Self::Server { .. }, Input::Restart(_)) => {
                cx.disk(FileRequest { id: 0, op: FileOp::Create { file: "served".to_owned(), len: 4_096 } });
            }
            (Self::Client { asked, left }, Input::Message { message: Line::Reply(number), .. }) if number == *asked => {
                *left -= 1;
                *asked += 1;
                ask(*asked, *left, cx);
            }
            (Self::Client { asked, left }, Input::Restart(_) | Input::Timer(_)) => ask(*asked, *left, cx),
            _ => {}
        }
    }

    fn waiting_for(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Client { asked, left } if *left > 0 => Some(format!("reply {asked}").into()),
            _ => None,
        }
    }
}

impl Record for (u32, u64) {}

fn write_down(served: u64, number: u64, cx: &mut Context<'_, Peer>) {
    let file = || "served".to_owned();
    let bytes = number.to_le_bytes().to_vec();
    cx.disk(FileRequest { id: served, op: FileOp::WriteAt { file: file(), offset: 8 * served, bytes } });
    cx.disk(FileRequest { id: served, op: FileOp::Sync { file: file() } });
}

fn ask(number: u64, left: u64, cx: &mut Context<'_, Peer>) {
    if left == 0 {
        return cx.cancel_timer(0);
    }
    cx.send(SERVER, Line::Ask(number));
    cx.set_timer(0, 50 * MILLISECOND);
}

/// Faults of every kind, at rates that show.
pub(super) fn storm() -> Faults {
    use super::super::{FAULTS, Rate};
    FAULTS.iter().fold(Faults::none(), |faults, info| faults.with(info.fault, Rate::Ppm(info.typical)))
}

/// Bounds that end soon.
pub(super) fn short() -> Bounds {
    Bounds { storm: SECOND, calm: SECOND, ..Bounds::default() }
}
