//! Runs a plan over many seeds, and adds up what happened.

use indicatif::{ProgressBar, ProgressStyle};
use machine::kernel::Digest;
use serde_json::{Map, Value, json};

use super::{
    exit::GOOD,
    out::{self, say},
    plan::RunPlan,
    result::{RunResult, once},
    shrink,
};
use crate::{
    canonical::INT_MAX,
    engine::{Counters, FAULTS, Fault, Source},
    system::{Options, System},
};

/// Runs seed after seed; the first that fails is shrunk.
pub(super) fn swarm<S: System>(plan: &RunPlan, count: u64, as_json: bool) -> Result<u8, String> {
    let first = plan.options.seed;
    let end = first.checked_add(count).filter(|end| *end <= INT_MAX + 1);
    let end = end.ok_or_else(|| format!("error: --seeds {count} from {first} on: the last seed is {INT_MAX}"))?;
    let bar = if as_json { ProgressBar::hidden() } else { ProgressBar::new(count) };
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} seeds, {per_sec}, {msg}") {
        bar.set_style(style);
    }
    let mut sums = Sums::default();
    for seed in first..end {
        let options = Options { seed, ..plan.options.clone() };
        let this = RunPlan { document: plan.document.clone(), options, again: plan.again.clone(), ..*plan };
        let result = once::<S>(&this, Source::Seed(seed), None, false)?;
        if !result.is_good() {
            bar.finish_and_clear();
            return shrink::found::<S>(&this, &result, as_json);
        }
        sums.add(&result);
        bar.set_message(format!("{} crashes", sums.counters.fired(Fault::Crash)));
        bar.inc(1);
    }
    bar.finish_and_clear();
    sums.print(plan, count, as_json)?;
    Ok(GOOD)
}

/// What many seeds add up to.
#[derive(Default)]
struct Sums {
    counters: Counters,
    killed: u64,
    killed_and_torn: u64,
    roots: Vec<Digest>,
}

impl Sums {
    fn add(&mut self, result: &RunResult) {
        let counters = &result.report.counters;
        let fired = |fault: Fault| counters.fired(fault) > 0;
        self.killed += u64::from(fired(Fault::Crash));
        self.killed_and_torn += u64::from(fired(Fault::Crash) && fired(Fault::TornWrite));
        self.counters.add(counters);
        self.roots.push(result.report.root);
    }

    /// One digest over all roots: two explorations are the same if and only if it is.
    fn root(&self) -> Digest {
        let parts: Vec<&[u8]> = self.roots.iter().map(|root| root.0.as_slice()).collect();
        Digest::untagged(&parts)
    }

    fn print(&self, plan: &RunPlan, count: u64, as_json: bool) -> Result<(), String> {
        let fired: Vec<(&str, u64)> = FAULTS.iter().map(|info| (info.name, self.counters.fired(info.fault))).collect();
        if as_json {
            let faults: Map<String, Value> = fired.iter().map(|(name, n)| ((*name).to_string(), json!(n))).collect();
            return out::json(&json!({
                "events": self.counters.events, "faults": faults, "killed": self.killed,
                "killed_and_torn": self.killed_and_torn, "roots": self.root(), "scenario": plan.document.name,
                "seed": plan.options.seed, "seeds": count, "verdict": "pass",
            }));
        }
        say!("{}: {count} seeds from {}", plan.document.name, plan.options.seed);
        let list: Vec<String> = fired.iter().map(|(name, n)| format!("{name} {n}")).collect();
        say!("  faults    {}", list.join(", "));
        say!(
            "  node      killed in {} runs, killed and torn in {}; {} events",
            self.killed,
            self.killed_and_torn,
            self.counters.events
        );
        say!("  again     {} --seeds {count}", plan.line(plan.options.seed));
        say!("Pass  all run roots {}", self.root());
        Ok(())
    }
}
