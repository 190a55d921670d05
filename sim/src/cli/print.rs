//! Prints a run: for people as a table of what happened, or as one JSON object.

use std::collections::BTreeMap;

use machine::kernel::Tick;
use serde_json::{Value, json};

use super::{expect::verdict_word, out::say, plan::RunPlan, result::RunResult};
use crate::{
    engine::{FAULTS, Verdict},
    system::{History, Line, System},
};

/// The run as one JSON object; each measure is a field of its own, by actor.
pub(super) fn to_json<S: System>(plan: &RunPlan, result: &RunResult) -> Value {
    let RunResult { report, history, mismatches } = result;
    let faults = FAULTS.iter().map(|info| (info.name.to_string(), json!(report.counters.fired(info.fault))));
    let wrong =
        mismatches.iter().map(|wrong| json!({ "expected": wrong.expected, "found": wrong.found, "what": wrong.what }));
    let mut json = json!({
        "again": plan.line(plan.options.seed),
        "detail": report.verdict.to_string(),
        "effects": history.effects,
        "entries": history.entries,
        "failures": history.failures,
        "faults": faults.collect::<Value>(),
        "head": history.head.map(|(_, hash)| hash),
        "mismatches": wrong.collect::<Vec<_>>(),
        "refusals": history.refusals,
        "restarts": history.restarts,
        "run_root": report.root,
        "scenario": plan.document.name,
        "seed": plan.options.seed,
        "size": history.head.map(|(size, _)| size),
        "state": history.state,
        "state_root": history.state_root,
        "torn": history.torn,
        "verdict": verdict_name(result),
    });
    for measure in S::measures() {
        let of_actor = |(actor, measures): (&String, &BTreeMap<String, u64>)| {
            Some((actor.clone(), json!(measures.get(measure.name)?)))
        };
        json[measure.name] = history.measures.iter().filter_map(of_actor).collect();
    }
    json
}

/// The verdict as `--json` has it: `failed` is a run that passed, but not as the scenario says.
fn verdict_name(result: &RunResult) -> &'static str {
    match &result.report.verdict {
        _ if result.is_good() => "pass",
        Verdict::Pass => "failed",
        verdict => verdict_word(verdict),
    }
}

/// Prints the run for people.
pub(super) fn print<S: System>(plan: &RunPlan, result: &RunResult) {
    let RunResult { report, history, mismatches } = result;
    let signatures = match plan.options.real {
        _ if !S::signs() => "",
        true => ", real signatures",
        false => ", sealed signatures",
    };
    say!("{}\n{}, seed {}{signatures}\n", plan.document.name, plan.document.file, plan.options.seed);
    story(history, plan.document.start);
    ending::<S>(history);
    let fired = FAULTS.iter().map(|info| (info.name, report.counters.fired(info.fault))).filter(|(_, n)| *n > 0);
    let fired: Vec<String> = fired.map(|(name, n)| format!("{name} {n}")).collect();
    if !fired.is_empty() {
        say!("  faults    {}", fired.join(", "));
    }
    say!("  again     {}", plan.line(plan.options.seed));
    for failure in &history.failures {
        say!("  FAILED    {failure}");
    }
    if !mismatches.is_empty() {
        say!("\n  {:<28} {:<20} found", "not as expected", "expected");
        mismatches.iter().for_each(|wrong| say!("  {:<28} {:<20} {}", wrong.what, wrong.expected, wrong.found));
    }
    say!("{}  seed {}  run root {}", verdict_line(result), plan.options.seed, report.root);
}

fn verdict_line(result: &RunResult) -> String {
    match (&result.report.verdict, result.is_good()) {
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

fn ending<S: System>(history: &History) {
    say!("\nAt the end");
    let has = |measures: &BTreeMap<String, u64>| measures.values().any(|value| *value > 0);
    let few = history.measures.len() <= LISTED;
    let shown = history.measures.iter().filter(|(_, measures)| few || has(measures));
    for (actor, measures) in shown.take(LISTED) {
        let measured =
            S::measures().iter().filter_map(|measure| Some((measure.sentence)(*measures.get(measure.name)?)));
        say!("  {actor:<10}{}", measured.collect::<Vec<_>>().join(", "));
    }
    let counts = |counts: &BTreeMap<String, u64>| {
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
