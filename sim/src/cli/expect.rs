//! Compares a run with the scenario's `[expect]`.

use std::collections::BTreeMap;

use crate::{
    engine::Verdict,
    scenario::{Document, Value},
    system::{History, System},
};

/// Something that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mismatch {
    /// What was expected, as a key of `[expect]` and a name.
    pub(super) what: String,
    pub(super) expected: String,
    pub(super) found: String,
}

/// Everything that is not as the scenario expects.
pub(super) fn mismatches<S: System>(document: &Document, history: &History, verdict: &Verdict) -> Vec<Mismatch> {
    let mut list = Vec::new();
    let mut compare = |what: String, expected: String, found: String| {
        if expected != found {
            list.push(Mismatch { what, expected, found });
        }
    };
    let expected = document.expect.text("verdict").unwrap_or("pass");
    compare("verdict".to_string(), expected.to_string(), verdict_word(verdict).to_string());
    for (key, counts) in [("entries", &history.entries), ("effects", &history.effects), ("refusals", &history.refusals)]
    {
        for (name, value) in document.expect.map(key) {
            let found = counts.get(name).copied().unwrap_or(0);
            let expected = value.as_number().unwrap_or(0);
            compare(format!("{key} {name}"), expected.to_string(), found.to_string());
        }
    }
    for measure in S::measures() {
        for (name, value) in document.expect.map(measure.expect) {
            let none = BTreeMap::new();
            let found = history.measures.get(name).unwrap_or(&none).get(measure.name).copied().unwrap_or(0);
            let expected = value.as_number().map_or_else(String::new, measure.show);
            compare(format!("{} {name}", measure.expect), expected, (measure.show)(found));
        }
    }
    if let Some(Value::Any(expected)) = document.expect.get("state") {
        let found = history.state.as_ref().map_or_else(String::new, ToString::to_string);
        compare("state".to_string(), expected.to_string(), found);
    }
    list
}

/// A verdict as `[expect]` writes it.
pub(super) fn verdict_word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Violated { .. } => "violated",
        Verdict::Diverged { .. } => "diverged",
        Verdict::Stuck(_) => "stuck",
        Verdict::Halted(_) => "halted",
    }
}
