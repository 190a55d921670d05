//! The rules prove themselves, and the book says what they say.

use std::collections::BTreeSet;
use std::path::Path;

use zero_sim::prove::{self, Proof};
use zero_sim::rules::ALL;

#[test]
fn each_rule_fires_on_its_bad_example_and_not_on_its_good_one() {
    let failed: Vec<_> = prove::all().into_iter().filter(|(_, proof)| matches!(proof, Proof::Fails(_))).collect();
    let failed: Vec<_> = failed.iter().map(|(rule, proof)| (rule.id, proof)).collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn a_rule_that_is_blunted_is_noticed() {
    let blunt = zero_sim::rules::Rule { bad: "fn apply() {} //~ ZS101\n", ..copy(ALL[6]) };
    assert!(matches!(prove::prove(Box::leak(Box::new(blunt))), Proof::Fails(_)));
}

fn copy(rule: &zero_sim::rules::Rule) -> zero_sim::rules::Rule {
    zero_sim::rules::Rule { ..*rule }
}

#[test]
fn each_rule_is_documented_and_has_an_id_of_its_own() {
    let ids: BTreeSet<&str> = ALL.iter().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), ALL.len());
    assert!(ALL.is_sorted_by_key(|rule| rule.id));
    for rule in ALL {
        for text in [rule.title, rule.what, rule.why, rule.instead, rule.misses, rule.message] {
            assert!(!text.is_empty(), "{}", rule.id);
        }
    }
}

#[test]
fn no_path_is_listed_by_two_rules() {
    let mut seen = BTreeSet::new();
    for path in ALL.iter().flat_map(|rule| rule.paths) {
        assert!(seen.insert(*path), "{path} is listed twice");
    }
}

#[test]
fn the_book_says_what_the_rules_say() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("RULES.md");
    let written = std::fs::read_to_string(file).unwrap_or_default();
    assert!(written == zero_sim::cli::book(), "run: cargo run -p zero-sim -- rules --book > lint/RULES.md");
}
