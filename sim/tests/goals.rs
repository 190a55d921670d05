//! Goals: every effect, every event and every refusal is reached by some scenario, so that none of them only exists on paper.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use machine::trust::{Trust, effect::EFFECTS, kinds::precedence, refusal::REFUSALS};
use sim::{
    System as _,
    engine::{Faults, Source, run},
    scenario::Document,
    system::Options,
};

/// Refusals that no client of a door can earn, and where they are earned instead.
const ELSEWHERE: &[(&str, &str)] = &[
    ("genesis", "a door takes no event before it is founded: machine/src/trust/tests.rs"),
    ("size", "no well-formed intent is that long, a ruleset is: machine/src/trust/tests.rs"),
    ("session_exists", "a node answers a repeated login with its first entry: machine/src/trust/tests.rs"),
    ("semantics", "a scenario's rulesets have the semantics of this binary: machine/src/trust/tests.rs"),
];

fn scenarios(under: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let mut files: Vec<PathBuf> =
        fs::read_dir(root.join(under)).expect("a folder").map(|entry| entry.expect("readable").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    files
}

#[test]
fn every_event_effect_and_refusal_is_reached_by_a_scenario() {
    let mut reached = BTreeSet::new();
    for file in scenarios("smoke").into_iter().chain(scenarios("")) {
        let text = fs::read_to_string(&file).expect("readable");
        let document = Document::read(&file.display().to_string(), &text, &Trust::vocabulary());
        let document = document.unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)));
        let options = Options { seed: 1, real: false, faults: Faults::none(), planted: None };
        let world = Trust::world(&document, &options).unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)));
        let report = run(&world, Source::Seed(1));
        assert!(report.verdict.is_pass(), "{}: {}", file.display(), report.verdict);
        let history = Trust::history(&world);
        reached
            .extend(history.effects.into_keys().chain(history.entries.into_keys()).chain(history.refusals.into_keys()));
    }
    let effects = EFFECTS.iter().map(|(kind, _)| *kind);
    let events = precedence().into_iter().map(|(kind, _)| kind);
    let refusals = REFUSALS.iter().map(|(_, code, _)| *code);
    let elsewhere = |code: &&str| ELSEWHERE.iter().any(|(known, _)| known == code);
    let missing: Vec<&str> =
        effects.chain(events).chain(refusals).filter(|goal| !reached.contains(*goal) && !elsewhere(goal)).collect();
    assert_eq!(missing, Vec::<&str>::new(), "no scenario reaches these; add one under scenarios/smoke");
    let needless: Vec<&str> = ELSEWHERE.iter().map(|(code, _)| *code).filter(|code| reached.contains(*code)).collect();
    assert_eq!(needless, Vec::<&str>::new(), "a scenario reaches these: take them off the list");
}
