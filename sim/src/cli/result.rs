//! Runs a plan once, and judges what came of it.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{
    expect::{Mismatch, mismatches},
    plan::RunPlan,
};
use crate::{
    engine::{self, Bounds, Faults, Goal, Invariant, JsonLines, Member, ProcessId, Report, Setup, Source},
    scenario::Document,
    system::{History, Options, System},
};

/// A run that is over.
pub(super) struct RunResult {
    pub(super) report: Report,
    pub(super) history: History,
    pub(super) mismatches: Vec<Mismatch>,
}

impl RunResult {
    /// Whether everything ended as the scenario says.
    pub(super) fn is_good(&self) -> bool {
        self.mismatches.is_empty() && self.history.failures.is_empty()
    }
}

/// Runs a plan once; `shows`: with a bar, should it take long.
pub(super) fn once<S: System>(
    plan: &RunPlan,
    source: Source,
    trace: Option<&Path>,
    shows: bool,
) -> Result<RunResult, String> {
    let world = world::<S>(&plan.document, &plan.options)?;
    if shows {
        S::watch(&world, Box::new(bar_of_steps()));
    }
    let report = match trace {
        None => engine::run(&Within { setup: &world, events: plan.events }, source),
        Some(file) => {
            let failed = |error: std::io::Error| format!("error: {}: {error}", file.display());
            let out = std::io::BufWriter::new(fs::File::create(file).map_err(failed)?);
            let mut lines = JsonLines::new(out);
            let report = engine::trace(&world, source, &mut lines);
            lines.finish().map_err(failed)?;
            report
        }
    };
    let history = S::history(&world);
    let mismatches = mismatches::<S>(&plan.document, &history, &report.verdict);
    Ok(RunResult { report, history, mismatches })
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

pub(super) fn world<S: System>(document: &Document, options: &Options) -> Result<S::World, String> {
    S::world(document, options).map_err(|mistakes| mistakes.render(false))
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
