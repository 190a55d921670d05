//! `zero-sim baseline write|prune|check`.

use std::path::PathBuf;

use super::args::{Action, Check};
use super::outcome;
use crate::baseline::{Baseline, FILE};
use crate::report::render;

/// Does it; gives what to print and the exit code.
pub(super) fn run(action: Action, check: &Check) -> Result<(String, u8), String> {
    let file = check.baseline.clone().unwrap_or_else(|| PathBuf::from(FILE));
    let mut outcome = outcome(check)?;
    let write = |baseline: &Baseline| {
        std::fs::write(&file, baseline.to_text()).map_err(|error| format!("{}: {error}", file.display()))
    };
    let read = || {
        let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        Baseline::parse(&text)
    };
    match action {
        Action::Write => {
            let baseline = Baseline::of(&outcome);
            write(&baseline)?;
            Ok((format!("{}: {} entries\n", file.display(), baseline.entries.len()), 0))
        }
        Action::Prune => {
            let old = read()?;
            let pruned = old.pruned(&outcome);
            write(&pruned)?;
            Ok((format!("{}: {} of {} entries kept\n", file.display(), pruned.entries.len(), old.entries.len()), 0))
        }
        Action::Check => {
            read()?.apply(&mut outcome, &file.to_string_lossy());
            let base = super::base(check);
            let text = render(&outcome, check.format, false, &|file| std::fs::read_to_string(base.join(file)).ok());
            Ok((text, outcome.exit_code()))
        }
    }
}
