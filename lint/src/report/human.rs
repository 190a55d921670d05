//! For people: as rustc shows errors, with the way from the entry point and what to do.

use std::collections::BTreeMap;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::Outcome;
use crate::check::Finding;

/// All findings with their excerpts, then the summary.
pub fn human(outcome: &Outcome, colour: bool, read: &dyn Fn(&str) -> Option<String>) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut texts: BTreeMap<&str, Option<String>> = BTreeMap::new();
    let mut out = String::new();
    for finding in &outcome.findings {
        let text = texts.entry(&finding.file).or_insert_with(|| read(&finding.file));
        out.push_str(&one(finding, text.as_deref(), &renderer));
        out.push_str("\n\n");
    }
    out.push_str(&summary(outcome));
    out
}

fn one(finding: &Finding, text: Option<&str>, renderer: &Renderer) -> String {
    let title = Level::ERROR.primary_title(finding.message.as_str()).id(finding.rule.id);
    let via = match (finding.reached_from.as_slice(), finding.may) {
        ([], _) => None,
        ([only], _) => Some(format!("in {only}")),
        (path, false) => Some(format!("reached from {}", path.join(" -> "))),
        (path, true) => Some(format!("may be reached from {}", path.join(" -> "))),
    };
    let mut group = match text {
        Some(text) if !text.is_empty() => {
            let span = span(text, finding);
            let primary = AnnotationKind::Primary.span(span).label(finding.path.as_str());
            title.element(Snippet::source(text).path(finding.file.as_str()).annotation(primary))
        }
        _ => title.element(Level::NOTE.message(format!("{}:{}", finding.file, finding.pos.line))),
    };
    if let Some(via) = &via {
        group = group.element(Level::NOTE.message(via.as_str()));
    }
    let help = format!("{} `zero-sim explain {}` says more", finding.rule.instead, finding.rule.id);
    group = group.element(Level::HELP.message(help.as_str()));
    renderer.render(&[group])
}

/// The word at the finding's place, as bytes of the text.
fn span(text: &str, finding: &Finding) -> std::ops::Range<usize> {
    let mut start = 0;
    for line in text.split_inclusive('\n').take(finding.pos.line.saturating_sub(1) as usize) {
        start += line.len();
    }
    let line = text[start.min(text.len())..].lines().next().unwrap_or("");
    let column =
        line.char_indices().nth(finding.pos.column.saturating_sub(1) as usize).map_or(line.len(), |(at, _)| at);
    let word =
        line[column..].find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').unwrap_or(line.len() - column);
    start + column..start + column + word.max(usize::from(column < line.len()))
}

/// Counts, coverage, and what the verdict means.
pub fn summary(outcome: &Outcome) -> String {
    let mut out = String::new();
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    for (name, crates) in &outcome.layers {
        out.push_str(&format!("layer {name}: {}\n", count(*crates, "crate")));
    }
    if !outcome.entries.is_empty() {
        out.push_str(&format!(
            "{} reached from {}, {} unresolved\n",
            count(outcome.functions, "function"),
            count(outcome.entries.len(), "entry point"),
            count(outcome.unresolved, "call"),
        ));
    }
    if let Some(today) = &outcome.today {
        out.push_str(&format!("waivers were compared with {today}\n"));
    }
    let lines = usize::try_from(outcome.lines).unwrap_or(usize::MAX);
    let looked_at = [count(outcome.files, "file"), count(lines, "line"), count(outcome.rules, "rule")];
    out.push_str(&format!("{}: ", looked_at.join(", ")));
    out.push_str(&count(outcome.findings.len(), "finding"));
    if !outcome.waived.is_empty() {
        out.push_str(&format!(", {} waived", outcome.waived.len()));
    }
    out.push('\n');
    out
}
