//! The baseline: findings that are known and not yet mended. New ones fail; those that are gone have to be pruned.

use serde::{Deserialize, Serialize};

use crate::Outcome;
use crate::check::Finding;
use crate::summary::Pos;

/// The file's usual name.
pub const FILE: &str = "zero-sim.baseline.json";

/// A known finding. Lines are left out on purpose: code above it may change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The file.
    pub file: String,
    /// The rule's id.
    pub rule: String,
    /// The resolved name.
    pub path: String,
    /// The function that it stands in.
    pub function: String,
    /// How many of these there are.
    pub count: usize,
}

/// All known findings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// In order.
    pub entries: Vec<Entry>,
}

impl Baseline {
    /// The baseline that covers a run's findings.
    pub fn of(outcome: &Outcome) -> Self {
        let mut entries: Vec<Entry> = Vec::new();
        let mut all: Vec<Entry> = outcome.findings.iter().filter(|finding| is_coverable(finding)).map(entry).collect();
        all.sort();
        for entry in all {
            match entries.last_mut() {
                Some(last) if last.same(&entry) => last.count += 1,
                _ => entries.push(entry),
            }
        }
        Self { entries }
    }

    /// Reads one.
    ///
    /// # Errors
    /// No JSON of that shape.
    pub fn parse(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| format!("baseline: {error}"))
    }

    /// As it is written.
    pub fn to_text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Takes known findings out; entries that cover nothing any more become findings themselves.
    pub fn apply(&self, outcome: &mut Outcome, file: &str) {
        let mut left = self.entries.clone();
        outcome.findings.retain(|finding| !take(&mut left, finding));
        for entry in left.iter().filter(|entry| entry.count > 0) {
            let what = format!("{} `{}` in {} is gone ({} left over)", entry.rule, entry.path, entry.file, entry.count);
            outcome.findings.extend(Finding::plain("ZS994", file, Pos { line: 1, column: 1 }, &what));
        }
        outcome.findings.sort_by(Finding::order);
    }

    /// Without what covers nothing any more.
    pub fn pruned(&self, outcome: &Outcome) -> Self {
        let now = Self::of(outcome);
        let kept = self.entries.iter().filter_map(|entry| {
            let still = now.entries.iter().find(|other| other.same(entry))?;
            Some(Entry { count: entry.count.min(still.count), ..entry.clone() })
        });
        Self { entries: kept.collect() }
    }
}

impl Entry {
    fn same(&self, other: &Self) -> bool {
        (&self.file, &self.rule, &self.path, &self.function) == (&other.file, &other.rule, &other.path, &other.function)
    }
}

fn entry(finding: &Finding) -> Entry {
    Entry {
        file: finding.file.clone(),
        rule: finding.rule.id.to_string(),
        path: finding.path.clone(),
        function: finding.reached_from.last().cloned().unwrap_or_default(),
        count: 1,
    }
}

/// What is about the run itself cannot be known and left.
fn is_coverable(finding: &Finding) -> bool {
    !finding.rule.id.starts_with("ZS99")
}

fn take(left: &mut [Entry], finding: &Finding) -> bool {
    let wanted = entry(finding);
    match left.iter_mut().find(|entry| entry.count > 0 && entry.same(&wanted)) {
        Some(entry) if is_coverable(finding) => {
            entry.count -= 1;
            true
        }
        _ => false,
    }
}
