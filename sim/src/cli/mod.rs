//! The command line, for any system under test: data on stdout, messages on stderr, exit 0, 1 or 2.
//!
//! Each command is a file. `plan` reads what is run, `result` runs it once, `swarm` over many seeds, `print` prints it. The files
//! import each other one way, without a circle.

mod args;
mod exit;
mod expect;
mod explain;
mod golden;
mod out;
mod plan;
mod print;
mod result;
mod run;
mod show;
mod shrink;
mod swarm;

use std::process::ExitCode;

use clap::{
    CommandFactory as _, FromArgMatches as _, Parser, Subcommand,
    builder::{PossibleValue, PossibleValuesParser},
};

use crate::system::System;

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
    Run(run::Run),
    /// Shrinks a failing run to a scenario of which nothing can be left out.
    Shrink(shrink::Shrink),
    /// Explains from the ledger that a run left why something came about.
    Explain(explain::Explain),
    /// Runs scenarios whose ledgers are committed, and names the first entry that is another one.
    Golden(golden::Golden),
    /// Lists the steps that a scenario may have, with their keys.
    Steps(args::ListArgs),
    /// Lists the faults, and what the system promises under each.
    Faults(args::ListArgs),
    /// Documents the tables of the state, the effects and the refusals, for a second implementation.
    Tables(args::ListArgs),
}

/// The arguments; what `explain` can be asked is the system's own list.
fn parse<S: System>() -> Args {
    let questions = S::questions();
    let values = questions.iter().map(|question| PossibleValue::new(question.name).help(question.doc));
    let parser = PossibleValuesParser::new(values);
    let command = Args::command().mut_subcommand("explain", |command| match questions {
        [] => command,
        _ => command.mut_arg("what", |what| what.value_parser(parser)),
    });
    Args::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit())
}

/// The whole program for a system: `fn main() -> ExitCode { sim::cli::main::<MySystem>() }`. A plain machine needs no
/// [`System`] of its own: [`sim::main`](crate::main).
#[must_use]
pub fn main<S: System>() -> ExitCode {
    let words = S::vocabulary();
    let code = match parse::<S>().command {
        Command::Run(args) => run::run::<S>(&args, words),
        Command::Shrink(args) => shrink::shrink::<S>(&args, words),
        Command::Explain(args) => explain::explain::<S>(&args),
        Command::Golden(args) => golden::golden::<S>(&args, words),
        Command::Steps(args) => show::steps(&args, &words),
        Command::Faults(args) => show::faults(&args),
        Command::Tables(args) => show::tables::<S>(&args),
    };
    ExitCode::from(code.unwrap_or_else(|message| {
        eprintln!("{message}");
        exit::CANNOT
    }))
}
