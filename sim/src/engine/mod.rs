//! The engine: runs any process under seeded faults and virtual time, in one thread, and always the same way.
//!
//! A run is a function of a [`Setup`] and its choices. The setup says who takes part ([`Process`]) and what must hold
//! ([`Invariant`]); the choices, everything that is not said: which message is lost, how long one takes, when a
//! process crashes, which sectors of a write are on the disk. Each choice has a key (kind, entity, n-th use there) and a
//! boring value, 0; so a run that failed is a short [`Log`] of what was not boring, and a part of that log is again a
//! run. That is all there is to replaying and to shrinking.
//!
//! ```text
//!  Source ── seed, log or bytes                Setup ── members, boot, faults, bounds, invariants
//!     │                                          │
//!     v            pops the earliest             v
//!  Choices ──> Schedule ──────────────> World: Process::on(Input, Context)
//!     ^                                     │  sends ──> Link ──> Schedule
//!     │ latency, faults                     │  timers ──────────> Schedule
//!     └─────────────────────────────────────┤  disk ───> Disk ──> Schedule
//!                                           │  notes ──> Invariants ──> Verdict
//!                                           └─ every event ──> Root (one running SHA-256), Trace
//! ```
//!
//! Absent on purpose: threads, wall clock, operating system, hash maps, statics. What the engine cannot see (a
//! process that asks the real clock) it finds out by [`run_twice`]. A panic of a process or of an invariant is a
//! violation like any other, at the place where it happened.

mod check;
mod choice;
mod context;
mod disk;
mod event;
mod explore;
mod faults;
mod invariant;
mod link;
mod outside;
mod panics;
mod process;
mod root;
mod run;
mod schedule;
mod setup;
mod shrink;
mod tally;
mod trace;
mod verdict;
mod world;

pub use self::{
    check::{Check, Cluster, check},
    choice::{Entry, Log, LogError, Source},
    context::Context,
    event::{EventKind, Outcome},
    explore::{Finding, Summary, TWICE_EVERY, explore},
    faults::{FAULT_COUNT, FAULTS, Fault, FaultInfo, Faults, Promise, Rate},
    invariant::{Goal, Invariant, View, always, sometimes},
    process::{Completion, Input, MILLISECOND, Micros, Process, ProcessId, Record, SECOND},
    root::{FORMAT, MARK_EVERY},
    run::{record, run, run_twice, trace},
    setup::{AfterHalt, Bounds, Member, Setup, Span},
    shrink::{SHRINK_TRIES, Shrunk, shrink_list, shrink_log, shrink_run},
    tally::Counters,
    trace::{Happened, JsonLines, Tracer},
    verdict::{Halt, Report, Verdict, Wait},
};

#[cfg(test)]
mod tests;
