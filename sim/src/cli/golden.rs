//! `sim golden`: runs that must stay what they are. Their roots and ledgers are committed; whoever changes one says why.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    args::{CryptoArg, RunArgs},
    exit::{FOUND, GOOD},
    out::{program, say},
    plan,
    result::{RunResult, once},
};
use crate::{scenario::Vocabulary, system::System};

#[derive(clap::Args)]
pub(super) struct Golden {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Runs each golden scenario, and names the first entry that is another one than before.
    Check {
        /// Where `golden.json` and its ledgers are.
        dir: PathBuf,
    },
    /// Takes what the scenarios give now for golden; a change must be explained.
    Bless {
        /// Where `golden.json` and its ledgers are.
        dir: PathBuf,
        /// Why it changed: kept with the runs.
        #[arg(long)]
        reason: String,
        /// A scenario to add.
        #[arg(long, value_name = "SCENARIO")]
        add: Vec<PathBuf>,
    },
}

/// The file that lists the golden runs.
const FILE: &str = "golden.json";

/// What is golden, and how it came to be.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    /// Every change, the newest last.
    changes: Vec<Change>,
    runs: Vec<Run>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    reason: String,
    scenario: PathBuf,
    version: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Run {
    /// The file of its ledger, beside this one; of an older version it stays, and must replay for ever.
    ledger: String,
    run_root: String,
    scenario: PathBuf,
    /// The versions of the format and of the rules, as the system counts them.
    version: String,
}

pub(super) fn golden<S: System>(args: &Golden, words: Vocabulary) -> Result<u8, String> {
    match &args.what {
        What::Check { dir } => check::<S>(dir, words),
        What::Bless { dir, reason, add } => bless::<S>(dir, reason, add, words),
    }
}

fn check<S: System>(dir: &Path, words: Vocabulary) -> Result<u8, String> {
    let book = read(dir)?.ok_or_else(|| {
        let file = dir.join(FILE);
        format!("error: there is no {}; `{} golden bless` makes it", file.display(), program())
    })?;
    let mut code = GOOD;
    for run in &book.runs {
        let result = run_real::<S>(&run.scenario, words)?;
        let old = read_ledger(dir, &run.ledger)?;
        match difference(run, &old, &result) {
            None => say!("same     {}  run root {}", run.scenario.display(), run.run_root),
            Some(what) => {
                say!("CHANGED  {}: {what}", run.scenario.display());
                code = FOUND;
            }
        }
    }
    if code == FOUND {
        say!("if that is meant: {} golden bless {} --reason \"...\"", program(), dir.display());
    }
    Ok(code)
}

fn bless<S: System>(dir: &Path, reason: &str, add: &[PathBuf], words: Vocabulary) -> Result<u8, String> {
    if reason.trim().is_empty() {
        return Err("error: --reason is empty; say what changed, and why that is right".to_string());
    }
    let mut book = read(dir)?.unwrap_or_default();
    let new = add.iter().filter(|file| book.runs.iter().all(|run| run.scenario != **file));
    let scenarios: Vec<PathBuf> = book.runs.iter().map(|run| run.scenario.clone()).chain(new.cloned()).collect();
    fs::create_dir_all(dir).map_err(|error| format!("error: {}: {error}", dir.display()))?;
    for scenario in scenarios {
        let result = run_real::<S>(&scenario, words)?;
        let known = book.runs.iter().position(|run| run.scenario == scenario);
        if let Some(run) = known.map(|at| &book.runs[at]) {
            match difference(run, &read_ledger(dir, &run.ledger)?, &result) {
                None => {
                    say!("same     {}", scenario.display());
                    continue;
                }
                Some(what) => say!("CHANGED  {}: {what}", scenario.display()),
            }
        }
        let version = S::version();
        let stem = scenario.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let ledger = format!("{stem}.{version}.jsonl");
        write(&dir.join(&ledger), &ledger_of(&result).join("\n"))?;
        let run = Run { ledger, run_root: result.report.root.to_string(), scenario: scenario.clone(), version };
        book.changes.push(Change { reason: reason.to_string(), scenario, version: run.version.clone() });
        say!("blessed  {}  run root {}", run.scenario.display(), run.run_root);
        match known {
            Some(at) => book.runs[at] = run,
            None => book.runs.push(run),
        }
    }
    let text = serde_json::to_string_pretty(&book).map_err(|error| error.to_string())?;
    write(&dir.join(FILE), &text)?;
    Ok(GOOD)
}

/// Runs a scenario as it stands, with real signatures.
fn run_real<S: System>(file: &Path, words: Vocabulary) -> Result<RunResult, String> {
    let (file, crypto) = (file.to_path_buf(), Some(CryptoArg::Real));
    let args = RunArgs { file, seed: None, faults: None, crypto, planted: None };
    let plan =
        plan::read::<S>(&args, words, false)?.map_err(|_| format!("error: {} cannot be run", args.file.display()))?;
    let result = once::<S>(&plan, plan.source()?, None, false)?;
    if result.is_good() {
        Ok(result)
    } else {
        Err(format!("error: {} does not end as it says; it cannot be golden", args.file.display()))
    }
}

/// What differs from a golden run: the first entry, or else the run around it.
fn difference(run: &Run, old: &[String], result: &RunResult) -> Option<String> {
    let new = ledger_of(result);
    let root = result.report.root.to_string();
    let at = old.iter().zip(&new).position(|(old, new)| old != new).or_else(|| {
        let shorter = old.len().min(new.len());
        (old.len() != new.len()).then_some(shorter)
    });
    match at {
        Some(at) => Some(format!("entry {at} {}", entry_difference(old.get(at), new.get(at)))),
        None if root != run.run_root => Some(format!(
            "the ledger is the same, and the run is not: run root {}, now {root}; messages, timers or files differ",
            run.run_root
        )),
        None => None,
    }
}

fn entry_difference(old: Option<&String>, new: Option<&String>) -> String {
    let (Some(old), Some(new)) = (old, new) else {
        return if old.is_some() { "is gone".to_string() } else { "is new".to_string() };
    };
    let parse = |line: &str| serde_json::from_str::<Value>(line).unwrap_or_default();
    let (old, new) = (parse(old), parse(new));
    let fields = ["event", "at", "effects", "delta", "state", "prev"];
    let differs = fields.iter().find(|field| old[**field] != new[**field]).unwrap_or(&"hash");
    let kind = new["event"]["kind"].as_str().unwrap_or("?");
    format!("({kind}) differs in `{differs}`\n  was  {}\n  is   {}", old[*differs], new[*differs])
}

/// The lines of the ledger that a run left.
fn ledger_of(result: &RunResult) -> Vec<String> {
    let segments = result.history.files.iter().filter(|(name, _)| name.starts_with("segment-"));
    let bytes: Vec<u8> = segments.flat_map(|(_, bytes)| bytes.iter().copied().filter(|byte| *byte != 0)).collect();
    String::from_utf8_lossy(&bytes).split_terminator('\n').map(str::to_string).collect()
}

fn read(dir: &Path) -> Result<Option<Book>, String> {
    let path = dir.join(FILE);
    if !path.exists() {
        return Ok(None);
    }
    let wrong = |error: String| format!("error: {}: {error}", path.display());
    let text = fs::read_to_string(&path).map_err(|error| wrong(error.to_string()))?;
    serde_json::from_str(&text).map(Some).map_err(|error| wrong(error.to_string()))
}

fn read_ledger(dir: &Path, file: &str) -> Result<Vec<String>, String> {
    let path = dir.join(file);
    let text = fs::read_to_string(&path).map_err(|error| format!("error: {}: {error}", path.display()))?;
    Ok(text.split_terminator('\n').map(str::to_string).collect())
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, format!("{text}\n")).map_err(|error| format!("error: {}: {error}", path.display()))
}
