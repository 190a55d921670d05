//! `sim run`: runs a scenario, once or over many seeds, and prints what happened.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    args::RunArgs,
    exit::{FOUND, GOOD},
    out, plan, print,
    result::once,
    swarm::swarm,
};
use crate::{
    scenario::Vocabulary,
    system::{History, System},
};

#[derive(clap::Args)]
pub(super) struct Run {
    #[command(flatten)]
    which: RunArgs,
    /// Runs so many seeds, one after another, from `--seed` on; stops at the first that fails, shrinks it and writes it as a scenario.
    #[arg(long)]
    seeds: Option<u64>,
    /// Leaves the node's files there: the ledger, its checkpoint, the blobs.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Writes every event of the run there, as JSON Lines.
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Prints one canonical JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn run<S: System>(args: &Run, words: Vocabulary) -> Result<u8, String> {
    let plan = match plan::read::<S>(&args.which, words, args.json)? {
        Ok(plan) => plan,
        Err(code) => return Ok(code),
    };
    if let Some(count) = args.seeds {
        return swarm::<S>(&plan, count, args.json);
    }
    let result = once::<S>(&plan, plan.source()?, args.trace.as_deref(), !args.json)?;
    if let Some(dir) = &args.out {
        leave(dir, &result.history)?;
    }
    if args.json {
        out::json(&print::to_json::<S>(&plan, &result))?;
    } else {
        print::print::<S>(&plan, &result);
    }
    Ok(if result.is_good() { GOOD } else { FOUND })
}

/// Leaves the node's files in a directory of their own.
fn leave(dir: &Path, history: &History) -> Result<(), String> {
    let failed = |path: &Path, error: std::io::Error| format!("error: {}: {error}", path.display());
    fs::create_dir_all(dir).map_err(|error| failed(dir, error))?;
    if fs::read_dir(dir).map_err(|error| failed(dir, error))?.next().is_some() {
        return Err(format!("error: {} is not empty; name a new directory", dir.display()));
    }
    for (name, bytes) in &history.files {
        let path = dir.join(name);
        fs::write(&path, bytes).map_err(|error| failed(&path, error))?;
    }
    Ok(())
}
