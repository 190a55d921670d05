//! The pure core of QFS x ATLAS: what everything means, as one function.
//!
//! ```text
//! apply(state, event) -> (state, effects)
//! ```
//!
//! No clock, no randomness, no I/O, no floats, no hidden state: the same bytes in give the same bytes out, on every machine,
//! for ever. Time, chance and names are arguments: ticks come in stamps, nonces in events, ids are hashes of content.
//! A refused event leaves the state as it was and has one effect that says why.
//!
//! What a reader needs first:
//!
//! | module | what it is |
//! | --- | --- |
//! | [`kernel`] | for any machine: entries, tables, proofs, and the `Node` that keeps a ledger; compiles alone |
//! | [`trust`] | the rules of the platform, a module a concern |
//! | [`door`] | the sans-I/O front: typed requests in, replies out |
//! | [`view`] | what only readers need, folded over the ledger |
//! | [`secure`] | SecureMessageV2, what the two ends of a chat run |
//!
//! Whoever lets time, files and sockets in stands outside: a service, or the simulator, which drives the same code.
//!
//! Absent on purpose: `std`, threads, async, `unsafe`, hash maps, and anything that could answer differently twice.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::wildcard_enum_match_arm, clippy::match_wildcard_for_single_variants))]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod bug;
#[cfg(feature = "trust")]
pub mod door;
pub mod kernel;
#[cfg(feature = "secure")]
pub mod secure;
#[cfg(feature = "trust")]
pub mod trust;
#[cfg(feature = "trust")]
pub mod view;

pub(crate) use bug::bug;
pub use kernel::Machine;
