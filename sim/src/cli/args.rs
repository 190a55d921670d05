//! The arguments that more than one command takes.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::canonical::INT_MAX;

/// How a list is printed.
#[derive(clap::Args)]
pub(super) struct ListArgs {
    /// Prints one JSON object.
    #[arg(long)]
    pub(super) json: bool,
}

/// Which run of a scenario.
#[derive(clap::Args, Clone)]
pub(super) struct RunArgs {
    /// The path of the scenario file.
    pub(super) file: PathBuf,
    /// The seed of keys and choices; the scenario's own, or else 1.
    #[arg(long, value_parser = clap::value_parser!(u64).range(..=INT_MAX))]
    pub(super) seed: Option<u64>,
    /// `off`, `swarm`, or a scenario file whose `[faults]` are used; the scenario's own if not said.
    #[arg(long)]
    pub(super) faults: Option<String>,
    /// Real signatures, or sealed ones (keyed hashes, much faster); the scenario's own, or else real.
    #[arg(long)]
    pub(super) crypto: Option<CryptoArg>,
    /// Switches a bug on, in a build with the feature `planted`.
    #[arg(long)]
    pub(super) planted: Option<String>,
}

#[derive(Clone, Copy, ValueEnum, PartialEq, Eq)]
pub(super) enum CryptoArg {
    Real,
    Sealed,
}
