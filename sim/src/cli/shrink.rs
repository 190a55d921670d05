//! `sim shrink`: makes of a failing run a scenario of which nothing can be left out: fewer steps, then fewer choices.

use std::{
    fs,
    marker::PhantomData,
    path::{Path, PathBuf},
};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::{
    FOUND, GOOD, Which,
    out::say,
    play::{self, Play, Played},
    program,
};
use crate::{
    engine::{self, ChoiceLog, Source, Verdict, shrink_list, shrink_log},
    scenario::{Document, Vocabulary},
    system::{Options, System},
};

#[derive(clap::Args)]
pub(crate) struct Shrink {
    #[command(flatten)]
    which: Which,
    /// Where the shrunk scenario goes; a name of its own beside the scenario if not said.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// How many runs shrinking may take.
const TRIES: u64 = 5_000;
/// So many events more than twice those of the failing run may another one take.
const EVENTS_MORE: u64 = 1_000;

pub(super) fn shrink<M: System>(args: &Shrink, words: Vocabulary) -> Result<u8, String> {
    let play = match play::read::<M>(&args.which, words, false)? {
        Ok(play) => play,
        Err(code) => return Ok(code),
    };
    let played = play::one::<M>(&play, play.source()?, None, false)?;
    if played.is_good() {
        say!("seed {} passes: there is nothing to shrink  (run root {})", play.options.seed, played.report.root);
        return Ok(GOOD);
    }
    let small = Smaller::<M>::new(&play, &played)?.shrink()?;
    let path = small.write(&play, args.out.clone())?;
    small.tell(&play, &path);
    Ok(FOUND)
}

/// A seed failed: tells so, shrinks it and writes it.
pub(super) fn found<M: System>(play: &Play, played: &Played, as_json: bool) -> Result<u8, String> {
    if !as_json {
        say!("{}: seed {} fails: {}", play.document.name, play.options.seed, failure(played));
    }
    let small = Smaller::<M>::new(play, played)?.shrink()?;
    let path = small.write(play, None)?;
    if as_json {
        say!("{}", small.to_json(play, &path));
    } else {
        small.tell(play, &path);
    }
    Ok(FOUND)
}

/// What is wrong with a run, in a line.
fn failure(played: &Played) -> String {
    let mismatch = played
        .mismatches
        .first()
        .map(|wrong| format!("{}: expected {}, found {}", wrong.what, wrong.expected, wrong.found));
    match &played.report.verdict {
        Verdict::Pass => played.history.failures.first().cloned().or(mismatch).unwrap_or_default(),
        other => other.to_string(),
    }
}

/// The first step that did not end as it should, without its number. A run whose steps are all right fails what it expects
/// of the whole: then each step counts, and only choices are left out.
fn wrong_step(played: &Played) -> Option<String> {
    let failure = played.history.failures.first()?;
    Some(failure.split_once(", ").map_or(failure.as_str(), |(_, what)| what).to_string())
}

/// A run that gets smaller and fails all the while in the same way.
struct Smaller<'p, M> {
    play: &'p Play,
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
    stage: PhantomData<M>,
}

/// A run of which nothing can be left out.
struct Small {
    text: String,
    steps: (usize, usize),
    choices: (usize, usize),
    failure: String,
    root: machine::kernel::Digest,
}

impl<'p, M: System> Smaller<'p, M> {
    fn new(play: &'p Play, played: &Played) -> Result<Self, String> {
        let world = play::world::<M>(&play.document, &play.options)?;
        let report = engine::record(&world, play.source()?);
        let steps: Vec<usize> = (0..play.document.steps.len()).collect();
        let found = (steps.len(), report.log.len());
        let (verdict, wrong) = (played.report.verdict.clone(), wrong_step(played));
        let events = match verdict {
            Verdict::Violated { event, .. } | Verdict::Diverged { event } => Some(2 * event + EVENTS_MORE),
            Verdict::Pass | Verdict::Stuck(_) | Verdict::Halted(_) => None,
        };
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} shrinking: {pos} runs, {per_sec}, {msg}") {
            bar.set_style(style);
        }
        Ok(Self { play, verdict, wrong, steps, log: report.log, found, events, bar, stage: PhantomData })
    }

    /// The scenario with some steps and choices, read anew: what is written is what was tried.
    fn document(&self, steps: &[usize], log: &ChoiceLog) -> Result<Document, String> {
        let lines: Vec<String> = log.entries().iter().map(ToString::to_string).collect();
        let expecting = self.verdict.is_pass();
        let text = self.play.document.shrunk(steps, self.play.options.seed, &lines, expecting);
        Document::read(&self.play.document.file, &text, &self.play.words).map_err(|mistakes| mistakes.render(false))
    }

    fn run(&self, steps: &[usize], log: &ChoiceLog, planted: Option<String>, events: Option<u64>) -> Option<Played> {
        let document = self.document(steps, log).ok()?;
        let options = Options { planted, ..self.play.options.clone() };
        let play = Play { words: self.play.words, document, options, again: String::new(), events };
        play::one::<M>(&play, Source::Log(log.clone()), None, false).ok()
    }

    /// Whether it still fails in the same way, and, if a bug was switched on, for that reason alone.
    fn fails(&self, steps: &[usize], log: &ChoiceLog) -> bool {
        self.bar.inc(1);
        self.bar.set_message(format!("{} steps, {} choices", steps.len(), log.len()));
        let planted = self.play.options.planted.clone();
        let fails = self.run(steps, log, planted.clone(), self.events).is_some_and(|played| match &self.verdict {
            Verdict::Pass => played.report.verdict.is_pass() && !played.is_good() && wrong_step(&played) == self.wrong,
            verdict => played.report.verdict.is_like(verdict),
        });
        fails && (planted.is_none() || self.run(steps, log, None, None).is_some_and(|played| played.is_good()))
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
        let played = self
            .run(&self.steps, &self.log, self.play.options.planted.clone(), None)
            .ok_or("the shrunk scenario cannot be run")?;
        Ok(Small {
            text: self.document(&self.steps, &self.log)?.text,
            steps: (self.found.0, self.steps.len()),
            choices: (self.found.1, self.log.len()),
            failure: failure(&played),
            root: played.report.root,
        })
    }
}

impl Small {
    fn write(&self, play: &Play, out: Option<PathBuf>) -> Result<PathBuf, String> {
        let path = out.unwrap_or_else(|| {
            let stem = Path::new(&play.document.file).file_stem().unwrap_or_default().to_string_lossy().into_owned();
            PathBuf::from(format!("{stem}.seed-{}.toml", play.options.seed))
        });
        fs::write(&path, &self.text).map_err(|error| format!("error: {}: {error}", path.display()))?;
        Ok(path)
    }

    /// One line that repeats it.
    fn again(&self, play: &Play, path: &Path) -> String {
        let planted = play.options.planted.as_ref().map(|bug| format!(" --planted {bug}")).unwrap_or_default();
        format!("{} run {}{planted}", program(), path.display())
    }

    fn tell(&self, play: &Play, path: &Path) {
        say!("shrunk: {} of {} steps, {} of {} choices", self.steps.1, self.steps.0, self.choices.1, self.choices.0);
        say!("\n{}", self.text);
        say!(
            "{}\nagain: {}\nFailed  seed {}  run root {}",
            self.failure,
            self.again(play, path),
            play.options.seed,
            self.root
        );
    }

    fn to_json(&self, play: &Play, path: &Path) -> Value {
        json!({
            "again": self.again(play, path),
            "choices": self.choices.1,
            "detail": self.failure,
            "run_root": self.root,
            "scenario": play.document.name,
            "seed": play.options.seed,
            "steps": self.steps.1,
            "verdict": "failed",
        })
    }
}
