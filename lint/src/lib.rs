//! Proves that nothing non-deterministic is reachable from a state machine's `apply`.
//!
//! A replayed ledger gives the same state only if `apply` reads no clock, draws no random number, iterates no hash map and
//! asks the host nothing. Compilers don't check that. This linter does, without building anything: it parses the sources with
//! `syn`, resolves every name over the whole workspace, follows the calls from the entry points, and denies by default, that is,
//! every name from outside has to be on a list of pure names.
//!
//! | step | module |
//! | --- | --- |
//! | files, packages, workspaces, modules | [`source`] |
//! | one file to plain data; the tree is dropped | [`summary`] |
//! | what each path means | [`resolve`], over the [`tables`] of names from outside |
//! | who calls whom, and what is reached | [`graph`] |
//! | what is forbidden | [`rules`], one file each, applied by [`check`] |
//! | what is excused | [`waiver`], [`baseline`] |
//! | what is printed | [`report`] |
//!
//! Absent on purpose: types. `syn` sees none, so the type of an expression is known only where the text shows it; each rule says
//! what it misses for that reason, and `zero-sim limits` prints it.
//!
//! ```
//! let outcome = zero_sim::check_text("core.rs", "fn apply() { std::time::Instant::now(); }", &zero_sim::Options::default());
//! assert_eq!(outcome.findings[0].rule.id, "ZS102");
//! ```

mod advice;
pub mod baseline;
mod cache;
pub mod check;
pub mod cli;
pub mod config;
mod data;
mod engine;
pub mod graph;
mod manifest;
pub mod prove;
pub mod report;
pub mod resolve;
pub mod rules;
pub mod source;
pub mod summary;
pub mod tables;
mod time;
pub mod waiver;

pub use engine::{Options, Outcome, Waived, check_files, check_text, check_workspace};
