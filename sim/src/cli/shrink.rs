//! `sim shrink`: makes of a failing run a scenario of which nothing can be left out: fewer steps, then fewer choices.

use std::{
    fs,
    marker::PhantomData,
    path::{Path, PathBuf},
};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::{
    args::RunArgs,
    exit::{FOUND, GOOD},
    out::{self, program, say},
    plan::{self, RunPlan},
    result::{RunResult, once, world},
};
use crate::{
    engine::{self, ChoiceLog, Source, Verdict, shrink_list, shrink_log},
    scenario::{Document, Vocabulary},
    system::{Options, System},
};

#[derive(clap::Args)]
pub(super) struct Shrink {
    #[command(flatten)]
    which: RunArgs,
    /// Where the shrunk scenario goes; a name of its own beside the scenario if not said.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// How many runs shrinking may take.
const TRIES: u64 = 5_000;
/// So many events more than twice those of the failing run may another one take.
const EVENTS_MORE: u64 = 1_000;

pub(super) fn shrink<S: System>(args: &Shrink, words: Vocabulary) -> Result<u8, String> {
    let plan = match plan::read::<S>(&args.which, words, false)? {
        Ok(plan) => plan,
        Err(code) => return Ok(code),
    };
    let result = once::<S>(&plan, plan.source()?, None, false)?;
    if result.is_good() {
        say!("seed {} passes: there is nothing to shrink  (run root {})", plan.options.seed, result.report.root);
        return Ok(GOOD);
    }
    let small = Smaller::<S>::new(&plan, &result)?.shrink()?;
    let path = small.write(&plan, args.out.clone())?;
    small.print(&plan, &path);
    Ok(FOUND)
}

/// A seed failed: prints that, shrinks it and writes it.
pub(super) fn found<S: System>(plan: &RunPlan, result: &RunResult, as_json: bool) -> Result<u8, String> {
    if !as_json {
        say!("{}: seed {} fails: {}", plan.document.name, plan.options.seed, failure(result));
    }
    let small = Smaller::<S>::new(plan, result)?.shrink()?;
    let path = small.write(plan, None)?;
    if as_json {
        out::json(&small.to_json(plan, &path))?;
    } else {
        small.print(plan, &path);
    }
    Ok(FOUND)
}

/// What is wrong with a run, in a line.
fn failure(result: &RunResult) -> String {
    let mismatch = result
        .mismatches
        .first()
        .map(|wrong| format!("{}: expected {}, found {}", wrong.what, wrong.expected, wrong.found));
    match &result.report.verdict {
        Verdict::Pass => result.history.failures.first().cloned().or(mismatch).unwrap_or_default(),
        other => other.to_string(),
    }
}

/// The first step that did not end as it should, without its number. A run whose steps are all right fails what it expects
/// of the whole: then each step counts, and only choices are left out.
fn wrong_step(result: &RunResult) -> Option<String> {
    let failure = result.history.failures.first()?;
    Some(failure.split_once(", ").map_or(failure.as_str(), |(_, what)| what).to_string())
}

/// A run that gets smaller and fails all the while in the same way.
struct Smaller<'p, S> {
    plan: &'p RunPlan,
    verdict: Verdict,
    /// The step that did not end as it should, and how, where that is what is wrong.
    wrong: Option<String>,
    /// Positions of the steps that are left.
    steps: Vec<usize>,
    log: ChoiceLog,
    found: (usize, usize),
    /// How many events a run may take: one that lasts much longer than the failing one does not fail in its way, and
    /// most of the time of shrinking would go there.
    events: Option<u64>,
    bar: ProgressBar,
    system: PhantomData<S>,
}

/// A run of which nothing can be left out.
struct Small {
    text: String,
    steps: (usize, usize),
    choices: (usize, usize),
    failure: String,
    root: machine::kernel::Digest,
}

impl<'p, S: System> Smaller<'p, S> {
    fn new(plan: &'p RunPlan, result: &RunResult) -> Result<Self, String> {
        let world = world::<S>(&plan.document, &plan.options)?;
        let report = engine::record(&world, plan.source()?);
        let steps: Vec<usize> = (0..plan.document.steps.len()).collect();
        let found = (steps.len(), report.log.len());
        let (verdict, wrong) = (result.report.verdict.clone(), wrong_step(result));
        let events = match verdict {
            Verdict::Violated { event, .. } | Verdict::Diverged { event } => Some(2 * event + EVENTS_MORE),
            Verdict::Pass | Verdict::Stuck(_) | Verdict::Halted(_) => None,
        };
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} shrinking: {pos} runs, {per_sec}, {msg}") {
            bar.set_style(style);
        }
        Ok(Self { plan, verdict, wrong, steps, log: report.log, found, events, bar, system: PhantomData })
    }

    /// The scenario with some steps and choices, read anew: what is written is what was tried.
    fn document(&self, steps: &[usize], log: &ChoiceLog) -> Result<Document, String> {
        let lines: Vec<String> = log.entries().iter().map(ToString::to_string).collect();
        let expecting = self.verdict.is_pass();
        let text = self.plan.document.shrunk(steps, self.plan.options.seed, &lines, expecting);
        Document::read(&self.plan.document.file, &text, &self.plan.words).map_err(|mistakes| mistakes.render(false))
    }

    fn run(&self, steps: &[usize], log: &ChoiceLog, planted: Option<String>, events: Option<u64>) -> Option<RunResult> {
        let document = self.document(steps, log).ok()?;
        let options = Options { planted, ..self.plan.options.clone() };
        let plan = RunPlan { words: self.plan.words, document, options, again: String::new(), events };
        once::<S>(&plan, Source::Log(log.clone()), None, false).ok()
    }

    /// Whether it still fails in the same way, and, if a bug was switched on, for that reason alone.
    fn fails(&self, steps: &[usize], log: &ChoiceLog) -> bool {
        self.bar.inc(1);
        self.bar.set_message(format!("{} steps, {} choices", steps.len(), log.len()));
        let planted = self.plan.options.planted.clone();
        let fails = self.run(steps, log, planted.clone(), self.events).is_some_and(|result| match &self.verdict {
            Verdict::Pass => result.report.verdict.is_pass() && !result.is_good() && wrong_step(&result) == self.wrong,
            verdict => result.report.verdict.is_like(verdict),
        });
        fails && (planted.is_none() || self.run(steps, log, None, None).is_some_and(|result| result.is_good()))
    }

    fn shrink(mut self) -> Result<Small, String> {
        loop {
            let before = (self.steps.len(), self.log.len());
            let log = self.log.clone();
            if self.wrong.is_some() || !self.verdict.is_pass() {
                self.steps =
                    shrink_list(&self.steps.clone(), TRIES, |steps| !steps.is_empty() && self.fails(steps, &log)).value;
            }
            let steps = self.steps.clone();
            self.log = shrink_log(&log, TRIES, |log| self.fails(&steps, log)).value;
            if (self.steps.len(), self.log.len()) == before {
                break;
            }
        }
        self.bar.finish_and_clear();
        let result = self
            .run(&self.steps, &self.log, self.plan.options.planted.clone(), None)
            .ok_or("the shrunk scenario cannot be run")?;
        Ok(Small {
            text: self.document(&self.steps, &self.log)?.text,
            steps: (self.found.0, self.steps.len()),
            choices: (self.found.1, self.log.len()),
            failure: failure(&result),
            root: result.report.root,
        })
    }
}

impl Small {
    fn write(&self, plan: &RunPlan, out: Option<PathBuf>) -> Result<PathBuf, String> {
        let path = out.unwrap_or_else(|| {
            let stem = Path::new(&plan.document.file).file_stem().unwrap_or_default().to_string_lossy().into_owned();
            PathBuf::from(format!("{stem}.seed-{}.toml", plan.options.seed))
        });
        fs::write(&path, &self.text).map_err(|error| format!("error: {}: {error}", path.display()))?;
        Ok(path)
    }

    /// One line that repeats it.
    fn again(&self, plan: &RunPlan, path: &Path) -> String {
        let planted = plan.options.planted.as_ref().map(|bug| format!(" --planted {bug}")).unwrap_or_default();
        format!("{} run {}{planted}", program(), path.display())
    }

    fn print(&self, plan: &RunPlan, path: &Path) {
        say!("shrunk: {} of {} steps, {} of {} choices", self.steps.1, self.steps.0, self.choices.1, self.choices.0);
        say!("\n{}", self.text);
        say!(
            "{}\nagain: {}\nFailed  seed {}  run root {}",
            self.failure,
            self.again(plan, path),
            plan.options.seed,
            self.root
        );
    }

    fn to_json(&self, plan: &RunPlan, path: &Path) -> Value {
        json!({
            "again": self.again(plan, path),
            "choices": self.choices.1,
            "detail": self.failure,
            "run_root": self.root,
            "scenario": plan.document.name,
            "seed": plan.options.seed,
            "steps": self.steps.1,
            "verdict": "failed",
        })
    }
}
