//! A counter with a limit: a whole machine, and with it scenarios, faults, shrinking and a ledger.
//!
//! `cargo run -p sim --no-default-features --example counter -- run sim/examples/counter.toml --faults swarm`

use std::process::ExitCode;

use machine::kernel::{Effects, Machine, Stamp};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct State {
    count: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Event {
    Add { much: u32 },
    Reset,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Effect {
    Counted(u32),
    Refused(Refusal),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Refusal {
    TooMuch,
}

/// Counts to 100.
struct Counter;

impl Machine for Counter {
    type State = State;
    type Event = Event;
    type Effect = Effect;

    fn apply(state: State, _: &Stamp, event: &Event) -> (State, Effects<Effect>) {
        let count = match event {
            Event::Add { much } => state.count.saturating_add(*much),
            Event::Reset => 0,
        };
        match count {
            0..=100 => (State { count }, [Effect::Counted(count)].into()),
            _ => (state, [Effect::Refused(Refusal::TooMuch)].into()),
        }
    }
}

fn main() -> ExitCode {
    sim::main::<Counter>()
}
