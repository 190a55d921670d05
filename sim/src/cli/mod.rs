//! The command line, for any system that can be put on stage: data on stdout, messages on stderr, exit 0, 1 or 2.

mod expect;
mod explain;
mod golden;
mod out;
mod play;
mod show;
mod shrink;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand, ValueEnum};

use crate::system::System;

/// Good.
pub(crate) const GOOD: u8 = 0;
/// Something wrong was found.
pub(crate) const FOUND: u8 = 1;
/// It could not run.
pub(crate) const CANNOT: u8 = 2;

#[derive(Parser)]
#[command(
    name = "sim",
    version,
    about = "Runs scenarios under seeded faults and virtual time. The same seed gives the same run, to the last bit."
)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs a scenario and tells what happened, step by step.
    Run(play::Run),
    /// Shrinks a failing run to a scenario of which nothing can be left out.
    Shrink(shrink::Shrink),
    /// Explains a reward, a session or a referral from the ledger that a run left.
    Explain(explain::Explain),
    /// Runs scenarios whose ledgers are committed, and names the first entry that is another one.
    Golden(golden::Golden),
    /// Lists the steps that a scenario may have, with their keys.
    Steps(Json),
    /// Lists the faults, and what the system promises under each.
    Faults(Json),
    /// Documents the tables of the state, the effects and the refusals, for a second implementation.
    Tables(Json),
}

/// How a list is printed.
#[derive(clap::Args)]
pub(crate) struct Json {
    /// Prints one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Which run of a scenario.
#[derive(clap::Args, Clone)]
pub(crate) struct Which {
    /// The scenario.
    pub(crate) file: PathBuf,
    /// The seed of keys and choices; the scenario's own, or else 1.
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// `off`, `swarm`, or a scenario file whose `[faults]` are used; the scenario's own if not said.
    #[arg(long)]
    pub(crate) faults: Option<String>,
    /// Real signatures, or sealed ones (keyed hashes, much faster); the scenario's own, or else real.
    #[arg(long)]
    pub(crate) crypto: Option<Crypto>,
    /// Switches a bug on, in a build with the feature `planted`.
    #[arg(long)]
    pub(crate) planted: Option<String>,
}

#[derive(Clone, Copy, ValueEnum, PartialEq, Eq)]
pub(crate) enum Crypto {
    Real,
    Sealed,
}

/// The program's own name, for lines to paste.
pub(crate) fn program() -> String {
    let called = std::env::args_os().next().map(PathBuf::from);
    called.and_then(|path| Some(path.file_stem()?.to_str()?.to_string())).unwrap_or_else(|| "sim".to_string())
}

/// The whole program for a system: `fn main() -> ExitCode { sim::cli::main::<MySystem>() }`. A plain machine needs no
/// stage of its own: [`sim::main`](crate::main).
#[must_use]
pub fn main<M: System>() -> ExitCode {
    let args = Args::parse();
    let words = M::vocabulary();
    let code = match args.command {
        Command::Run(run) => play::run::<M>(&run, words),
        Command::Shrink(shrink) => shrink::shrink::<M>(&shrink, words),
        Command::Explain(args) => explain::explain::<M>(&args),
        Command::Golden(args) => golden::golden::<M>(&args, words),
        Command::Steps(json) => show::steps(&json, &words),
        Command::Faults(json) => show::faults(&json),
        Command::Tables(json) => show::tables::<M>(&json),
    };
    ExitCode::from(code.unwrap_or_else(|message| {
        eprintln!("{message}");
        CANNOT
    }))
}
