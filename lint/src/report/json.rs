//! JSON, as one object or one line a finding.

use serde::Serialize;

use crate::Outcome;
use crate::check::Finding;

#[derive(Serialize)]
struct Written<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    rule: &'a str,
    group: &'a str,
    message: &'a str,
    path: &'a str,
    reached_from: &'a [String],
    #[serde(skip_serializing_if = "is_false")]
    may: bool,
    #[serde(skip_serializing_if = "is_false")]
    contentious: bool,
}

#[derive(Serialize)]
struct Whole<'a> {
    findings: Vec<Written<'a>>,
    files: usize,
    lines: u64,
    rules: usize,
    functions: usize,
    entries: &'a [String],
    unresolved: usize,
    waived: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    today: Option<&'a str>,
}

/// In the form that serde asks for.
fn is_false(value: &bool) -> bool {
    !value
}

impl<'a> Written<'a> {
    fn new(finding: &'a Finding) -> Self {
        Self {
            file: &finding.file,
            line: finding.pos.line,
            column: finding.pos.column,
            rule: finding.rule.id,
            group: finding.rule.group.name(),
            message: &finding.message,
            path: &finding.path,
            reached_from: &finding.reached_from,
            may: finding.may,
            contentious: finding.contentious,
        }
    }
}

/// One object: `findings`, `files`, `lines`, `rules`, and the coverage.
pub fn json(outcome: &Outcome) -> String {
    let whole = Whole {
        findings: outcome.findings.iter().map(Written::new).collect(),
        files: outcome.files,
        lines: outcome.lines,
        rules: outcome.rules,
        functions: outcome.functions,
        entries: &outcome.entries,
        unresolved: outcome.unresolved,
        waived: outcome.waived.len(),
        today: outcome.today.as_deref(),
    };
    serde_json::to_string_pretty(&whole).unwrap_or_default() + "\n"
}

/// One finding a line.
pub fn jsonl(outcome: &Outcome) -> String {
    let line = |finding| serde_json::to_string(&Written::new(finding)).unwrap_or_default() + "\n";
    outcome.findings.iter().map(line).collect()
}
