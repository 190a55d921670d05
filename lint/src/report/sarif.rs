//! SARIF 2.1.0: rules, results, the call path as a code flow, waivers as suppressions.

use serde_json::{Value, json};

use crate::Outcome;
use crate::check::Finding;
use crate::rules::{self, Rule};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The whole log.
pub fn sarif(outcome: &Outcome) -> String {
    let mut results: Vec<Value> = outcome.findings.iter().map(|finding| result(finding, None)).collect();
    results.extend(outcome.waived.iter().map(|waived| result(&waived.finding, Some(&waived.reason))));
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "zero-sim",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules::ALL.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&log).unwrap_or_default() + "\n"
}

fn descriptor(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": rule.what },
        "help": { "text": format!("{} Instead: {}", rule.why, rule.instead) },
        "properties": { "tags": [rule.group.name()] },
    })
}

fn result(finding: &Finding, waived: Option<&String>) -> Value {
    let mut result = json!({
        "ruleId": finding.rule.id,
        "ruleIndex": rules::index(finding.rule.id),
        "level": "error",
        "message": { "text": finding.message },
        "locations": [location(finding)],
        "partialFingerprints": { "zeroSim/v1": fingerprint(finding) },
    });
    if !finding.reached_from.is_empty() {
        result["codeFlows"] = json!([{ "threadFlows": [{ "locations": flow(finding) }] }]);
    }
    if let Some(reason) = waived {
        result["suppressions"] = json!([{ "kind": "inSource", "status": "accepted", "justification": reason }]);
    }
    result
}

/// What stays the same when lines move.
fn fingerprint(finding: &Finding) -> String {
    let function = finding.reached_from.last().map_or("", String::as_str);
    format!("{}:{}:{}:{function}", finding.rule.id, finding.file, finding.path)
}

fn location(finding: &Finding) -> Value {
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": finding.file.replace(' ', "%20") },
            "region": { "startLine": finding.pos.line.max(1), "startColumn": finding.pos.column.max(1) },
        },
        "logicalLocations": finding.reached_from.last().map(|name| json!({ "fullyQualifiedName": name, "kind": "function" })).into_iter().collect::<Vec<_>>(),
    })
}

/// The functions on the way, then the place itself.
fn flow(finding: &Finding) -> Vec<Value> {
    let step = |name: &String| {
        json!({ "location": {
            "logicalLocations": [{ "fullyQualifiedName": name, "kind": "function" }],
            "message": { "text": name },
        }})
    };
    let mut steps: Vec<Value> = finding.reached_from.iter().map(step).collect();
    steps.push(json!({ "location": location(finding) }));
    steps
}
