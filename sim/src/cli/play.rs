//! `sim run`: plays a scenario, once or over many seeds, and tells what happened.

use std::{
    fs,
    io::IsTerminal as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use machine::kernel::Tick;
use serde_json::{Value, json};

use super::{
    CANNOT, Crypto, FOUND, GOOD, Which,
    expect::{Mismatch, mismatches, verdict_word},
    out::say,
    program, shrink,
};
use crate::{
    engine::{
        self, Bounds, ChoiceLog, Fault, Faults, Goal, Invariant, JsonLines, Member, ProcessId, Rate, Report, Setup,
        Source, Span, Verdict,
    },
    format::{points, ratio},
    scenario::{Document, FaultSetting, Mistakes, Value as Given, Vocabulary},
    system::{History, Line, Options, System},
};

#[derive(clap::Args)]
pub(crate) struct Run {
    #[command(flatten)]
    which: Which,
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

/// A scenario that was read, and how it is run.
pub(super) struct Play {
    pub(super) words: Vocabulary,
    pub(super) document: Document,
    pub(super) options: Options,
    /// The arguments that repeat it, besides the file.
    pub(super) again: String,
    /// How many events it may take; what the system allows, if not said.
    pub(super) events: Option<u64>,
}

/// A world whose runs may not take more than so many events.
struct Within<'a, W> {
    setup: &'a W,
    events: Option<u64>,
}

impl<W: Setup> Setup for Within<'_, W> {
    type Process = W::Process;

    fn members(&self) -> Vec<Member> {
        self.setup.members()
    }

    fn boot(&self, id: ProcessId) -> W::Process {
        self.setup.boot(id)
    }

    fn faults(&self) -> Faults {
        self.setup.faults()
    }

    fn bounds(&self) -> Bounds {
        let bounds = self.setup.bounds();
        Bounds { events: self.events.map_or(bounds.events, |events| events.min(bounds.events)), ..bounds }
    }

    fn invariants(&self) -> Vec<Box<dyn Invariant<W::Process>>> {
        self.setup.invariants()
    }

    fn goals(&self) -> Vec<Goal<W::Process>> {
        self.setup.goals()
    }
}

/// A run that is over.
pub(super) struct Played {
    pub(super) report: Report,
    pub(super) history: History,
    pub(super) mismatches: Vec<Mismatch>,
}

impl Played {
    /// Whether everything ended as the scenario says.
    pub(super) fn is_good(&self) -> bool {
        self.mismatches.is_empty() && self.history.failures.is_empty()
    }
}

pub(super) fn run<M: System>(args: &Run, words: Vocabulary) -> Result<u8, String> {
    let play = match read::<M>(&args.which, words, args.json)? {
        Ok(play) => play,
        Err(code) => return Ok(code),
    };
    if let Some(count) = args.seeds {
        return many::<M>(&play, count, args.json);
    }
    let played = one::<M>(&play, play.source()?, args.trace.as_deref(), !args.json)?;
    if let Some(dir) = &args.out {
        leave(dir, &played.history)?;
    }
    if args.json {
        say!("{}", to_json(&play, &played));
    } else {
        tell::<M>(&play, &played);
    }
    Ok(if played.is_good() { GOOD } else { FOUND })
}

/// Reads the scenario; its mistakes are printed, and give the exit code.
pub(super) fn read<M: System>(which: &Which, words: Vocabulary, as_json: bool) -> Result<Result<Play, u8>, String> {
    let document = match load(&which.file, &words)? {
        Ok(document) => document,
        Err(mistakes) => return Ok(Err(print_mistakes(&mistakes, as_json))),
    };
    let seed = which.seed.or(document.seed).unwrap_or(1);
    let real = match which.crypto {
        Some(crypto) => crypto == Crypto::Real,
        None => document.crypto.as_deref() != Some("sealed"),
    };
    let faults = match which.faults.as_deref() {
        None => faults_of::<M>(&document.faults),
        Some("off") => Faults::none(),
        Some("swarm") => M::swarm(),
        Some(file) => match load(Path::new(file), &words)? {
            Ok(other) => faults_of::<M>(&other.faults),
            Err(mistakes) => return Ok(Err(print_mistakes(&mistakes, as_json))),
        },
    };
    let planted = which.planted.clone();
    if let Some(name) = &planted {
        check_planted::<M>(name)?;
    }
    let again = again(which, real);
    let options = Options { seed, real, faults, planted };
    if let Err(mistakes) = M::world(&document, &options) {
        return Ok(Err(print_mistakes(&mistakes, as_json)));
    }
    Ok(Ok(Play { words, document, options, again, events: None }))
}

fn check_planted<M: System>(name: &str) -> Result<(), String> {
    let known = M::planted();
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

fn again(which: &Which, real: bool) -> String {
    let mut again = String::new();
    if let Some(faults) = &which.faults {
        again += &format!(" --faults {faults}");
    }
    if !real {
        again += " --crypto sealed";
    }
    if let Some(planted) = &which.planted {
        again += &format!(" --planted {planted}");
    }
    again
}

fn load(file: &Path, words: &Vocabulary) -> Result<Result<Document, Mistakes>, String> {
    let text = fs::read_to_string(file)
        .map_err(|error| format!("error: {}: {error}\nnothing was run (exit 2)", file.display()))?;
    Ok(Document::read(&file.display().to_string(), &text, words))
}

fn print_mistakes(mistakes: &Mistakes, as_json: bool) -> u8 {
    if as_json {
        say!("{}", json!({ "mistakes": mistakes.to_json() }));
    } else {
        eprintln!("{}", mistakes.render(std::io::stderr().is_terminal()));
    }
    CANNOT
}

/// The faults that a scenario sets.
fn faults_of<M: System>(setting: &FaultSetting) -> Faults {
    let values = match setting {
        FaultSetting::Off => return Faults::none(),
        FaultSetting::Swarm => return M::swarm(),
        FaultSetting::Fixed(values) => values,
    };
    let rated = engine::FAULTS.iter().filter_map(|info| Some((info.fault, values.number(info.name)?)));
    let rate = |ppm: u64| Rate::Ppm(u32::try_from(ppm).unwrap_or(u32::MAX));
    let mut faults = rated.fold(Faults::none(), |faults, (fault, ppm): (Fault, u64)| faults.with(fault, rate(ppm)));
    let span = |key: &str, field: &mut Span| {
        if let Some(Given::Span(from, to)) = values.get(key) {
            *field = Span::new(*from, *to);
        }
    };
    span("latency", &mut faults.latency);
    span("delay", &mut faults.delay);
    span("restart", &mut faults.restart);
    span("disk_latency", &mut faults.disk_latency);
    faults
}

impl Play {
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

/// Runs it once; `shows`: with a bar, should it take long.
pub(super) fn one<M: System>(play: &Play, source: Source, trace: Option<&Path>, shows: bool) -> Result<Played, String> {
    let world = world::<M>(&play.document, &play.options)?;
    if shows {
        M::watch(&world, Box::new(bar_of_steps()));
    }
    let report = match trace {
        None => engine::run(&Within { setup: &world, events: play.events }, source),
        Some(file) => {
            let failed = |error: std::io::Error| format!("error: {}: {error}", file.display());
            let out = std::io::BufWriter::new(fs::File::create(file).map_err(failed)?);
            let mut lines = JsonLines::new(out);
            let report = engine::trace(&world, source, &mut lines);
            lines.finish().map_err(failed)?;
            report
        }
    };
    let history = M::history(&world);
    let mismatches = mismatches(&play.document, &history, &report.verdict);
    Ok(Played { report, history, mismatches })
}

/// A bar of the steps that are done, which shows itself only once a run takes longer than people like to wait.
fn bar_of_steps() -> impl Fn(u64, u64) {
    let (started, bar) = (Instant::now(), ProgressBar::hidden());
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} steps, {per_sec}") {
        bar.set_style(style);
    }
    move |done, all| {
        if bar.is_hidden() && started.elapsed() > PATIENCE {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.set_length(all);
        bar.set_position(done);
        if done == all {
            bar.finish_and_clear();
        }
    }
}

/// How long a run may take before a bar shows.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) fn world<M: System>(document: &Document, options: &Options) -> Result<M::World, String> {
    M::world(document, options).map_err(|mistakes| mistakes.render(false))
}

/// Runs seed after seed; the first that fails is shrunk.
fn many<M: System>(play: &Play, count: u64, as_json: bool) -> Result<u8, String> {
    let bar = if as_json { ProgressBar::hidden() } else { ProgressBar::new(count) };
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} seeds, {per_sec}, {msg}") {
        bar.set_style(style);
    }
    let mut sums = Sums::default();
    for seed in play.options.seed..play.options.seed.saturating_add(count) {
        let options = Options { seed, ..play.options.clone() };
        let this = Play { document: play.document.clone(), options, again: play.again.clone(), ..*play };
        let played = one::<M>(&this, Source::Seed(seed), None, false)?;
        if !played.is_good() {
            bar.finish_and_clear();
            return shrink::found::<M>(&this, &played, as_json);
        }
        sums.add(&played);
        bar.set_message(format!("{} crashes", sums.counters.fired(Fault::Crash)));
        bar.inc(1);
    }
    bar.finish_and_clear();
    sums.print(play, count, as_json);
    Ok(GOOD)
}

/// What many seeds add up to.
#[derive(Default)]
struct Sums {
    counters: engine::Counters,
    killed: u64,
    killed_and_torn: u64,
    roots: Vec<machine::kernel::Digest>,
}

impl Sums {
    fn add(&mut self, played: &Played) {
        let counters = &played.report.counters;
        let fired = |fault: Fault| counters.fired(fault) > 0;
        self.killed += u64::from(fired(Fault::Crash));
        self.killed_and_torn += u64::from(fired(Fault::Crash) && fired(Fault::TornWrite));
        self.counters.add(counters);
        self.roots.push(played.report.root);
    }

    /// One digest over all roots: two explorations are the same if and only if it is.
    fn root(&self) -> machine::kernel::Digest {
        let parts: Vec<&[u8]> = self.roots.iter().map(|root| root.0.as_slice()).collect();
        machine::kernel::Digest::untagged(&parts)
    }

    fn print(&self, play: &Play, count: u64, as_json: bool) {
        let fired: Vec<(&str, u64)> =
            engine::FAULTS.iter().map(|info| (info.name, self.counters.fired(info.fault))).collect();
        if as_json {
            let faults: serde_json::Map<String, Value> =
                fired.iter().map(|(name, n)| ((*name).to_string(), json!(n))).collect();
            say!(
                "{}",
                json!({
                    "events": self.counters.events, "faults": faults, "killed": self.killed,
                    "killed_and_torn": self.killed_and_torn, "roots": self.root(), "scenario": play.document.name,
                    "seed": play.options.seed, "seeds": count, "verdict": "pass",
                })
            );
            return;
        }
        say!("{}: {count} seeds from {}", play.document.name, play.options.seed);
        let list: Vec<String> = fired.iter().map(|(name, n)| format!("{name} {n}")).collect();
        say!("  faults    {}", list.join(", "));
        say!(
            "  node      killed in {} runs, killed and torn in {}; {} events",
            self.killed,
            self.killed_and_torn,
            self.counters.events
        );
        say!("  again     {} --seeds {count}", play.line(play.options.seed));
        say!("Pass  all run roots {}", self.root());
    }
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

/// The history as one canonical object.
fn to_json(play: &Play, played: &Played) -> Value {
    let Played { report, history, mismatches } = played;
    let measure = |name: &str| -> Value {
        history
            .measures
            .iter()
            .filter_map(|(actor, measures)| Some((actor.clone(), json!(measures.get(name)?))))
            .collect()
    };
    let faults = engine::FAULTS.iter().map(|info| (info.name.to_string(), json!(report.counters.fired(info.fault))));
    let wrong =
        mismatches.iter().map(|wrong| json!({ "expected": wrong.expected, "found": wrong.found, "what": wrong.what }));
    json!({
        "again": play.line(play.options.seed),
        "coherence_ppm": measure("coherence_ppm"),
        "detail": report.verdict.to_string(),
        "effects": history.effects,
        "entries": history.entries,
        "failures": history.failures,
        "faults": faults.collect::<Value>(),
        "head": history.head.map(|(_, hash)| hash),
        "mismatches": wrong.collect::<Vec<_>>(),
        "points_micro": measure("points_micro"),
        "refusals": history.refusals,
        "restarts": history.restarts,
        "run_root": report.root,
        "scenario": play.document.name,
        "seed": play.options.seed,
        "size": history.head.map(|(size, _)| size),
        "state": history.state,
        "state_root": history.state_root,
        "torn": history.torn,
        "verdict": if played.is_good() { "pass" } else if report.verdict.is_pass() { "failed" } else { verdict_word(&report.verdict) },
    })
}

fn tell<M: System>(play: &Play, played: &Played) {
    let Played { report, history, mismatches } = played;
    let signatures = match play.options.real {
        _ if !M::signs() => "",
        true => ", real signatures",
        false => ", sealed signatures",
    };
    say!("{}\n{}, seed {}{signatures}\n", play.document.name, play.document.file, play.options.seed);
    story(history, play.document.start);
    ending(history);
    let fired =
        engine::FAULTS.iter().map(|info| (info.name, report.counters.fired(info.fault))).filter(|(_, n)| *n > 0);
    let fired: Vec<String> = fired.map(|(name, n)| format!("{name} {n}")).collect();
    if !fired.is_empty() {
        say!("  faults    {}", fired.join(", "));
    }
    say!("  again     {}", play.line(play.options.seed));
    for failure in &history.failures {
        say!("  FAILED    {failure}");
    }
    if !mismatches.is_empty() {
        say!("\n  {:<28} {:<20} found", "not as expected", "expected");
        mismatches.iter().for_each(|wrong| say!("  {:<28} {:<20} {}", wrong.what, wrong.expected, wrong.found));
    }
    say!("{}  seed {}  run root {}", verdict_line(played), play.options.seed, report.root);
}

fn verdict_line(played: &Played) -> String {
    match (&played.report.verdict, played.is_good()) {
        (Verdict::Pass, true) => "Pass".to_string(),
        (Verdict::Pass, false) => "Failed: not as the scenario says".to_string(),
        (other, true) => format!("{other} (as the scenario says)\nPass"),
        (other, false) => other.to_string(),
    }
}

/// Of a history with more lines than this, only the beginning and the end are told.
const TOLD: usize = 1_000;
/// So many lines of the beginning and of the end.
const TOLD_OF_LONG: usize = 40;

fn story(history: &History, start: Tick) {
    let (head, tail) = match history.lines.len() {
        all @ 0..=TOLD => history.lines.split_at(all),
        _ => (&history.lines[..TOLD_OF_LONG], &history.lines[history.lines.len() - TOLD_OF_LONG..]),
    };
    let told = || head.iter().chain(tail);
    let who = told().map(|line| line.who.chars().count()).max().unwrap_or(0).max(3);
    let what = told().map(|line| line.what.chars().count()).max().unwrap_or(0).clamp(4, 60);
    say!("  {:>14}  {:<who$}  {:<what$}  {:>5}  what followed", "time", "who", "what", "entry");
    let tell = |line: &Line| {
        let seq = line.seq.map_or_else(String::new, |seq| seq.to_string());
        let mut follows = line.follows.iter();
        let first = follows.next().map_or("", String::as_str);
        let row =
            format!("  {:>14}  {:<who$}  {:<what$}  {seq:>5}  {first}", clock(line.at - start), line.who, line.what);
        say!("{}", row.trim_end());
        for more in follows {
            say!("  {:>14}  {:<who$}  {:<what$}  {:>5}  {more}", "", "", "", "");
        }
    };
    head.iter().for_each(tell);
    if !tail.is_empty() {
        let left = history.lines.len() - head.len() - tail.len();
        say!("  {:>14}  {left} lines more: `--trace FILE` has every event", "...");
    }
    tail.iter().for_each(tell);
}

/// Time since the start, for people.
fn clock(ms: u64) -> String {
    let (days, rest) = (ms / 86_400_000, ms % 86_400_000);
    let (hours, minutes, seconds) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1_000 % 60);
    let day = if days > 0 { format!("{days}d ") } else { String::new() };
    format!("{day}{hours:02}:{minutes:02}:{seconds:02}.{:03}", rest % 1_000)
}

/// How many actors are listed; of a larger cast only those who have something.
const LISTED: usize = 20;

fn ending(history: &History) {
    say!("\nAt the end");
    let has = |measures: &std::collections::BTreeMap<String, u64>| measures.values().any(|value| *value > 0);
    let few = history.measures.len() <= LISTED;
    let shown = history.measures.iter().filter(|(_, measures)| few || has(measures));
    for (actor, measures) in shown.take(LISTED) {
        let get = |name: &str| measures.get(name).copied().unwrap_or(0);
        say!("  {actor:<10}{} points, coherence {}", points(get("points_micro")), ratio(get("coherence_ppm")));
    }
    let counts = |counts: &std::collections::BTreeMap<String, u64>| {
        let list: Vec<String> = counts.iter().map(|(name, n)| format!("{name} {n}")).collect();
        if list.is_empty() { "none".to_string() } else { list.join(", ") }
    };
    say!("  entries   {}", counts(&history.entries));
    say!("  refused   {}", counts(&history.refusals));
    if let (Some((size, head)), Some(root)) = (history.head, history.state_root) {
        say!("  ledger    {size} entries, head {head}\n  state     root {root}");
    }
    if let Some(state) = &history.state {
        say!("  holding   {state}");
    }
    say!("  node      came back {} times, set a torn group aside {} times", history.restarts, history.torn);
}
