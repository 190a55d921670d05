//! Any [`Machine`] as a system under test, with nothing written for it: its events are the steps of its scenarios, a real node keeps
//! its ledger on a simulated disk, and clients ask again until they are answered.
//!
//! ```no_run
//! # use machine::kernel::{Effects, Machine, Stamp};
//! # #[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
//! # struct Light(bool);
//! # #[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
//! # enum Touch { Press }
//! # #[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
//! # enum Shone { On, Off }
//! # struct Switch;
//! # impl Machine for Switch {
//! #     type State = Light;
//! #     type Event = Touch;
//! #     type Effect = Shone;
//! #     fn apply(Light(on): Light, _: &Stamp, _: &Touch) -> (Light, Effects<Shone>) {
//! #         (Light(!on), [if on { Shone::Off } else { Shone::On }].into())
//! #     }
//! # }
//! fn main() -> std::process::ExitCode {
//!     sim::main::<Switch>() // run, shrink, steps, faults
//! }
//! ```
//!
//! What the machine must be is [`Simple`]. What it means by a refusal is told by name: a single effect whose variant is
//! called `Refused` or `Err`, in any case, makes its event no entry, and what it holds is the code that a step's `refused` names: a
//! text, a variant's name, or a field `code` or `reason`. An entry's kind is the name of its event's variant. Both hold for
//! every representation that `serde` has for an enum with names: external, internal and adjacent tags.
//!
//! The ledger is canonical JSON ([`canonical`](crate::canonical)). An event that has none (NaN, an integer over 2^53-1) is a
//! mistake of its scenario; a state or an effect that has none makes the machine broken, by the field's path.
//!
//! | file | what lives there |
//! | --- | --- |
//! | `ledgered` | what the kernel needs to keep a ledger of it: events, state and effects as JSON |
//! | `shape` | the names of its events and of their fields, asked of its `Deserialize` |
//! | `words` | those as the words of scenarios, and steps back as events |
//! | `world` | the node, the clients, and the history of a run |
//!
//! Absent on purpose: signatures, speed. A machine that needs them implements
//! [`Ledgered`](machine::kernel::Ledgered) and [`System`](crate::System) itself.

mod events;
mod front;
mod ledgered;
mod plain_world;
mod probe;
mod shape;
mod tagging;

use std::process::ExitCode;

use machine::kernel::Machine;
use serde::{Serialize, de::DeserializeOwned};

pub use ledgered::Plain;

/// A machine whose state, events and effects are plain data, as `serde` derives it. Implemented for all of them.
pub trait Simple:
    Machine<
        State: Default + Serialize + DeserializeOwned,
        Event: Clone + Serialize + DeserializeOwned,
        Effect: Clone + Serialize + DeserializeOwned,
    > + 'static
{
}

impl<M> Simple for M where
    M: Machine<
            State: Default + Serialize + DeserializeOwned,
            Event: Clone + Serialize + DeserializeOwned,
            Effect: Clone + Serialize + DeserializeOwned,
        > + 'static
{
}

/// The whole program for a machine: `fn main() -> ExitCode { sim::main::<MyMachine>() }`.
#[must_use]
pub fn main<M: Simple>() -> ExitCode {
    crate::cli::main::<Plain<M>>()
}
