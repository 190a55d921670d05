//! A deterministic simulator: runs any process under seeded faults and virtual time, and shrinks what fails.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`engine`] | the simulator itself, for any [`engine::Process`]; [`check`] is a test in a line |
//! | [`scenario`] | scenario files: read with every mistake at its place, and written back |
//! | [`system`], [`cli`] | what gives a system every command |
//! | [`plain`] | any [`Machine`](machine::kernel::Machine), with nothing written for it: [`main`] |
//! | [`ledger`] | what all systems with a ledger share: the node's process, the history, the invariants |
//! | `trust` | QFS x ATLAS on stage: actors with keys, a naive second machine, what must always hold |
//!
//! Absent on purpose: wall clock, operating system and threads inside a run; statics; hash maps.

pub mod canonical;
pub mod cli;
pub mod engine;
pub mod format;
pub mod ledger;
pub mod plain;
pub mod scenario;
pub mod system;
#[cfg(feature = "trust")]
pub mod trust;

pub use engine::check;
pub use plain::main;
pub use system::System;
