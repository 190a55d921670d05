//! Reads a scenario with the arguments of a command into a plan: what is run, under which faults, and how it is repeated.

use std::{fs, io::IsTerminal as _, path::Path};

use serde_json::json;

use super::{
    args::{CryptoArg, RunArgs},
    exit::CANNOT,
    out::{self, program},
};
use crate::{
    engine::{ChoiceLog, Faults, Source},
    scenario::{Document, Mistakes, Vocabulary},
    system::{Options, System},
};

/// A scenario that was read, and how it is run.
pub(super) struct RunPlan {
    pub(super) words: Vocabulary,
    pub(super) document: Document,
    pub(super) options: Options,
    /// The arguments that repeat the run, besides the file.
    pub(super) again: String,
    /// How many events the run may take; what the system allows, if not said.
    pub(super) events: Option<u64>,
}

impl RunPlan {
    /// What decides the run: the scenario's own choices, if it is a shrunk one, or else the seed.
    pub(super) fn source(&self) -> Result<Source, String> {
        match &self.document.choices {
            None => Ok(Source::Seed(self.options.seed)),
            Some(lines) => {
                let log: Result<ChoiceLog, _> = lines.join("\n").parse();
                log.map(Source::Log).map_err(|error| format!("error: {}: `choices`, {error}", self.document.file))
            }
        }
    }

    /// One line that repeats the run.
    pub(super) fn line(&self, seed: u64) -> String {
        format!("{} run {} --seed {seed}{}", program(), self.document.file, self.again)
    }
}

/// Reads the scenario; its mistakes are printed, and give the exit code.
pub(super) fn read<S: System>(args: &RunArgs, words: Vocabulary, as_json: bool) -> Result<Result<RunPlan, u8>, String> {
    let document = match load(&args.file, &words)? {
        Ok(document) => document,
        Err(mistakes) => return print_mistakes(&mistakes, as_json).map(Err),
    };
    let seed = args.seed.or(document.seed).unwrap_or(1);
    let real = match args.crypto {
        Some(crypto) => crypto == CryptoArg::Real,
        None => document.crypto.as_deref() != Some("sealed"),
    };
    let faults = match args.faults.as_deref() {
        None => document.faults.faults(S::swarm()),
        Some("off") => Faults::none(),
        Some("swarm") => S::swarm(),
        Some(file) => match load(Path::new(file), &words)? {
            Ok(other) => other.faults.faults(S::swarm()),
            Err(mistakes) => return print_mistakes(&mistakes, as_json).map(Err),
        },
    };
    let planted = args.planted.clone();
    if let Some(name) = &planted {
        check_planted::<S>(name)?;
    }
    let again = again(args, real);
    let options = Options { seed, real, faults, planted };
    if let Err(mistakes) = S::world(&document, &options) {
        return print_mistakes(&mistakes, as_json).map(Err);
    }
    Ok(Ok(RunPlan { words, document, options, again, events: None }))
}

fn check_planted<S: System>(name: &str) -> Result<(), String> {
    let known = S::planted();
    if known.iter().any(|(known, _)| *known == name) {
        return Ok(());
    }
    if known.is_empty() {
        return Err(format!(
            "error: this build has no planted bugs, so none is called `{name}`; build with --features planted"
        ));
    }
    let list: Vec<String> = known.iter().map(|(name, doc)| format!("  {name}: {doc}")).collect();
    Err(format!("error: no planted bug is called `{name}`; there are\n{}", list.join("\n")))
}

fn again(args: &RunArgs, real: bool) -> String {
    let mut again = String::new();
    if let Some(faults) = &args.faults {
        again += &format!(" --faults {faults}");
    }
    if !real {
        again += " --crypto sealed";
    }
    if let Some(planted) = &args.planted {
        again += &format!(" --planted {planted}");
    }
    again
}

fn load(file: &Path, words: &Vocabulary) -> Result<Result<Document, Mistakes>, String> {
    let text = fs::read_to_string(file)
        .map_err(|error| format!("error: {}: {error}\nnothing was run (exit 2)", file.display()))?;
    Ok(Document::read(&file.display().to_string(), &text, words))
}

fn print_mistakes(mistakes: &Mistakes, as_json: bool) -> Result<u8, String> {
    if as_json {
        out::json(&json!({ "mistakes": mistakes.to_json() }))?;
    } else {
        eprintln!("{}", mistakes.render(std::io::stderr().is_terminal()));
    }
    Ok(CANNOT)
}
