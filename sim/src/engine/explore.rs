//! Exploring: runs a setup with one seed after another, and shrinks the first run that fails.

use std::{fmt, ops::Range};

use machine::kernel::digest::Digest;

use super::{
    choice::{ChoiceLog, Source},
    run::{record, run, run_twice},
    setup::Setup,
    shrink::{SHRINK_TRIES, Shrunk, shrink_run},
    tally::Counters,
    verdict::{Report, Verdict},
};

/// One seed in so many runs twice, to see whether the run is a function of its seed.
pub const TWICE_EVERY: u64 = 20;

/// What seeds that all passed have seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many seeds were run.
    pub seeds: u64,
    /// What happened how often in all of them.
    pub counters: Counters,
    /// Each goal, and in how many runs it was reached.
    pub goals: Vec<(String, u64)>,
}

/// A failing run, shrunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What the shrunk run comes to.
    pub verdict: Verdict,
    /// The seed that found it.
    pub seed: u64,
    /// How many choices of that seed's run were not boring.
    pub choices: usize,
    /// Those that are left, and still fail in the same way.
    pub log: ChoiceLog,
    /// Whether none of them can be spared.
    pub is_minimal: bool,
    /// The shrunk run's root.
    pub root: Digest,
}

/// Runs all seeds, from the lowest.
///
/// # Errors
/// The first seed that does not pass, shrunk.
pub fn explore<S: Setup>(setup: &S, seeds: Range<u64>) -> Result<Summary, Box<Finding>> {
    let mut summary = Summary::default();
    for seed in seeds {
        let source = Source::Seed(seed);
        let report = if seed % TWICE_EVERY == 0 { run_twice(setup, source) } else { run(setup, source) };
        if !report.verdict.is_pass() {
            return Err(Box::new(find(setup, seed, report)));
        }
        summary.add(&report);
    }
    Ok(summary)
}

/// Runs a failing seed again, with recording, and shrinks it.
fn find<S: Setup>(setup: &S, seed: u64, failed: Report) -> Finding {
    if matches!(failed.verdict, Verdict::Diverged { .. }) {
        // a log cannot repeat what its choices do not decide
        let Report { verdict, root, .. } = failed;
        return Finding { verdict, seed, choices: 0, log: ChoiceLog::default(), is_minimal: false, root };
    }
    let recorded = record(setup, Source::Seed(seed)).log;
    let Shrunk { value: log, is_minimal, .. } = shrink_run(setup, &recorded, &failed.verdict, SHRINK_TRIES);
    let Report { verdict, root, .. } = run(setup, Source::Log(log.clone()));
    Finding { verdict, seed, choices: recorded.len(), log, is_minimal, root }
}

impl Summary {
    /// Adds what one run counted and reached.
    pub fn add(&mut self, report: &Report) {
        self.seeds += 1;
        self.counters.add(&report.counters);
        self.goals.resize_with(report.goals.len(), Default::default);
        for ((name, runs), (goal, reached)) in self.goals.iter_mut().zip(&report.goals) {
            name.clone_from(goal);
            *runs += u64::from(*reached);
        }
    }

    /// The goals that no run reached.
    pub fn unreached(&self) -> impl Iterator<Item = &str> {
        self.goals.iter().filter(|(_, runs)| *runs == 0).map(|(name, _)| name.as_str())
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { verdict, seed, choices, log, root, .. } = self;
        writeln!(out, "{verdict}")?;
        writeln!(out, "  seed {seed}, shrunk from {choices} choices to {}; run root {root}", log.len())?;
        log.entries().iter().try_for_each(|entry| writeln!(out, "    {entry}"))
    }
}
