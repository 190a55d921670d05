//! The proof that each rule fires: its bad example is planted in memory, and must be found on the marked lines and nowhere else.

use crate::rules::{self, Default as On, Rule};
use crate::{Options, check_text};

/// What planting a rule's examples showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Found on the marked lines; silent on the good example.
    Fires,
    /// It is about manifests, configuration or whole runs: it has no example of one file, and tests of its own.
    NoExample,
    /// What is wrong.
    Fails(String),
}

/// Plants the examples of a rule.
pub fn prove(rule: &'static Rule) -> Proof {
    if rule.bad.is_empty() {
        return Proof::NoExample;
    }
    let (wanted, found) = (marks(rule.bad), findings(rule, rule.bad));
    if wanted != found {
        return Proof::Fails(format!("bad example: marked {wanted:?}, found {found:?}"));
    }
    match findings(rule, rule.good) {
        found if found.is_empty() => Proof::Fires,
        found => Proof::Fails(format!("good example: found {found:?}")),
    }
}

/// Every rule and its proof.
pub fn all() -> Vec<(&'static Rule, Proof)> {
    rules::ALL.iter().map(|rule| (*rule, prove(rule))).collect()
}

/// What the marks `//~ ZS101 ZS102` of a text say: line and rule.
pub fn marks(text: &str) -> Vec<(u32, String)> {
    let mut marks = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        let Some((_, said)) = text.split_once("//~") else { continue };
        marks.extend(said.split_whitespace().map(|rule| (line, rule.to_string())));
    }
    marks
}

fn findings(rule: &Rule, text: &str) -> Vec<(u32, String)> {
    let on = if rule.default == On::On { Vec::new() } else { vec![rule.id.to_string()] };
    let outcome =
        check_text("example.rs", text, &Options { on, today: Some("2026-01-01".into()), ..Options::default() });
    let mut found: Vec<_> =
        outcome.findings.iter().map(|finding| (finding.pos.line, finding.rule.id.to_string())).collect();
    found.dedup();
    found
}
