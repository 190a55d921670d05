//! The roadmap runs: every item names what shows it, or says that it is planned.

use std::fs;

use super::root;

const ITEMS: &[&str] = &[
    "wallet login",
    "profiles",
    "encrypted chat",
    "inbox",
    "referrals",
    "rewards",
    "coherence",
    "sessions",
    "session rotation and revocation",
    "AEGIS",
    "rulesets",
    "explain",
    "laws of the core",
    "ledger",
    "proofs",
    "checkpoints",
    "recovery",
    "simulator",
    "scenarios",
    "faults",
    "shrinking",
    "planted bugs",
    "second implementation",
    "linter",
    "audit",
    "live service",
    "Redis bridge",
    "browser",
];

/// Whether "file" or "file::name" is there: a file, and the name in it.
fn is_there(shown_by: &str) -> bool {
    let (file, name) = shown_by.split_once("::").unwrap_or((shown_by, ""));
    fs::read_to_string(root().join(file)).is_ok_and(|text| text.contains(name))
}

#[test]
fn every_item_is_shown_or_planned() {
    let table: toml::Table =
        fs::read_to_string(root().join("tests/roadmap.toml")).expect("a roadmap").parse().expect("TOML");
    let mut planned = Vec::new();
    for item in ITEMS {
        let entry = table
            .get(*item)
            .and_then(toml::Value::as_array)
            .unwrap_or_else(|| panic!("`{item}` is not in tests/roadmap.toml"));
        let shown: Vec<&str> = entry.iter().filter_map(toml::Value::as_str).collect();
        if shown == ["planned"] {
            planned.push(*item);
            continue;
        }
        assert!(!shown.is_empty(), "`{item}`: name what shows it, or write [\"planned\"]");
        for shown_by in shown {
            assert!(is_there(shown_by), "`{item}`: {shown_by} is not there");
        }
    }
    assert_eq!(table.len(), ITEMS.len(), "an item that is not in the test's list");
    println!("{} of {} items are planned: {}", planned.len(), ITEMS.len(), planned.join(", "));
}

#[test]
fn what_is_not_there_is_found() {
    assert!(is_there("README.md::QFS"));
    assert!(!is_there("README.md::no such words stand there, I hope") && !is_there("no/such/file"));
}
