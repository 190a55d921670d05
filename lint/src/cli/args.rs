//! What the command line takes.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};

use crate::report::Format;

/// Proves that nothing non-deterministic is reachable from a state machine's `apply`.
///
/// Without a command it checks the workspace. Exit codes: 0 clean, 1 findings, 2 usage, configuration, unparsed files, nothing
/// linted.
#[derive(Debug, Parser)]
#[command(version, about, long_about, args_conflicts_with_subcommands = true)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Lint the workspace, a package, or loose files, each a core of its own
    Check(Box<Check>),
    /// Say what a rule catches, why, what to do instead, what it misses
    Explain {
        /// Its id: ZS401
        rule: String,
    },
    /// List the rules
    Rules {
        /// Plant each rule's bad example and check that it fires
        #[arg(long)]
        prove: bool,
        /// Print the rule book, in Markdown
        #[arg(long)]
        book: bool,
        /// Print a clippy.toml with what clippy can check of it
        #[arg(long)]
        clippy: bool,
    },
    /// Say what a linter without types cannot see
    Limits,
    /// Find candidates for entry points and write zero-sim.toml
    Init {
        /// Overwrite the file that is there
        #[arg(long)]
        force: bool,
    },
    /// Known findings: write, prune or check the list
    Baseline {
        /// What to do with it
        action: Action,
        #[command(flatten)]
        check: Box<Check>,
    },
}

impl Default for Command {
    fn default() -> Self {
        Self::Check(Box::default())
    }
}

/// What to do with a baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Action {
    /// Write down all findings of now
    Write,
    /// Take out what is gone
    Prune,
    /// Fail on new findings and on entries that are gone
    Check,
}

#[derive(Clone, Debug, Default, ClapArgs)]
pub(super) struct Check {
    /// Files, directories of files, or one directory with a Cargo.toml; `-` for standard input
    pub(super) paths: Vec<PathBuf>,
    /// An entry point: crate::module::function (may be repeated)
    #[arg(long, value_name = "PATH")]
    pub(super) entry: Vec<String>,
    /// Report what no entry point reaches too
    #[arg(long)]
    pub(super) all: bool,
    /// Contentious rules too
    #[arg(long)]
    pub(super) pedantic: bool,
    /// Turn a rule or a group on
    #[arg(long, value_name = "RULE")]
    pub(super) on: Vec<String>,
    /// Turn a rule or a group off
    #[arg(long, value_name = "RULE")]
    pub(super) off: Vec<String>,
    /// The form of the output
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
    /// Write there instead of to standard output
    #[arg(long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Known findings, which do not count
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// Keep parsed files there from run to run
    #[arg(long, value_name = "FILE")]
    pub(super) cache: Option<PathBuf>,
    /// Only findings in files that differ from the last commit
    #[arg(long)]
    pub(super) changed: bool,
    /// The name under which standard input is reported
    #[arg(long, value_name = "NAME", default_value = "stdin.rs")]
    pub(super) stdin_name: String,
    /// The date that waivers' `until` is compared with
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) today: Option<String>,
    /// How many threads parse; 0 for one a processor
    #[arg(long, default_value_t = 0)]
    pub(super) threads: usize,
}
