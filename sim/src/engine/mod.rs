//! The engine: runs any process under seeded faults and virtual time, in one thread, and always the same way.
//!
//! A run is a function of a [`Setup`] and its choices. The setup says who takes part ([`Process`]) and what must hold
//! ([`Invariant`]); the choices, everything that is not said: which message is lost, how long one takes, when a
//! process crashes, which sectors of a write are on the disk. Each choice has a key (kind, entity, n-th use there) and a
//! boring value, 0; so a run that failed is a short [`ChoiceLog`] of what was not boring, and a part of that log is again a
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
//! # A world
//!
//! Two processes: one counts down, the other says the number back. What is lost is said again after 20 ms.
//!
//! ```
//! use sim::engine::{
//!     Context, Fault, Faults, Input, MILLISECOND, Member, Process, ProcessId, Rate, Setup, Source, record, run,
//! };
//!
//! struct Peer { left: u64 }
//!
//! impl Process for Peer {
//!     type Message = u64;
//!     type Note = ();
//!
//!     fn on(&mut self, input: Input<u64>, cx: &mut Context<'_, Self>) {
//!         match input {
//!             Input::Message { from, message } if cx.me() == ProcessId(1) => cx.send(from, message),
//!             Input::Message { message, .. } if message == self.left => self.left -= 1,
//!             _ => {}
//!         }
//!         if self.left > 0 {
//!             cx.send(ProcessId(1), self.left);
//!             cx.set_timer(0, 20 * MILLISECOND);
//!         }
//!     }
//!
//!     fn waiting_for(&self) -> Option<std::borrow::Cow<'static, str>> {
//!         (self.left > 0).then(|| format!("{} more", self.left).into())
//!     }
//! }
//!
//! struct CountDown;
//!
//! impl Setup for CountDown {
//!     type Process = Peer;
//!
//!     fn members(&self) -> Vec<Member> {
//!         vec![Member::steady("counter"), Member::steady("echo")]
//!     }
//!     fn boot(&self, id: ProcessId) -> Peer {
//!         Peer { left: if id == ProcessId(0) { 3 } else { 0 } }
//!     }
//!     fn faults(&self) -> Faults {
//!         Faults::none().with(Fault::Drop, Rate::Ppm(200_000))
//!     }
//! }
//!
//! let report = record(&CountDown, Source::Seed(7));
//! assert!(report.verdict.is_pass());
//! // the choices are the run
//! assert_eq!(run(&CountDown, Source::Log(report.log)).root, report.root);
//! ```
//!
//! Many equals that run the same code need less: see [`Cluster`] and [`check`](fn@check).
//!
//! # Where to add what
//!
//! | what | where |
//! | --- | --- |
//! | a fault | a variant and a line of [`FAULTS`]; the place that injects it |
//! | something that must hold | an [`Invariant`], or [`always`] with a closure |
//! | something that should happen sometime | [`sometimes`] |
//! | another source of choices | a variant of [`Source`] |
//! | another way to look at a run | a [`Tracer`] |
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
    choice::{Choice, ChoiceLog, ChoiceLogError, Source},
    context::Context,
    event::{EventKind, InputOutcome},
    explore::{Finding, Summary, TWICE_EVERY, explore},
    faults::{FAULT_COUNT, FAULTS, Fault, FaultInfo, Faults, Promise, Rate},
    invariant::{Goal, Invariant, RunView, always, sometimes},
    process::{Completion, Input, MILLISECOND, Micros, Process, ProcessId, Record, SECOND},
    root::{FORMAT, MARK_EVERY},
    run::{record, run, run_twice, trace},
    setup::{AfterHalt, Bounds, Member, Setup, Span},
    shrink::{SHRINK_TRIES, Shrunk, shrink_list, shrink_log, shrink_run},
    tally::Counters,
    trace::{Happened, JsonLines, Tracer},
    verdict::{ProcessHalt, Report, Verdict, Wait},
};

#[cfg(test)]
mod tests;
